/**
 * Takes a seed and a number of students; gives the rows of a district, table by table mixed, in the order in which they
 * come to exist. The same options give the same rows on every machine. Only one cluster of three schools is held at a
 * time, so that a district of a million students needs no more memory than one of a thousand.
 */
import { emitCampus, emitSchool } from './campuses.js';
import type { Campus } from './campuses.js';
import { catalog, departments } from './curriculum.js';
import { lastYear, thisYear } from './days.js';
import { emitFamilies } from './families.js';
import type { Adult } from './families.js';
import { randomFor } from './random.js';
import { emitTo, numberRows } from './rows.js';
import type { Emit, NextId, Sink } from './rows.js';
import { emitSchedule } from './schedule.js';
import { emitOfficeStaff, emitSchoolStaff, hire, openFaculty } from './staff.js';
import type { Campuses } from './students.js';
import type { World } from './world.js';

export interface DistrictOptions {
  readonly seed: number;
  readonly students: number;
  readonly sink: Sink;
}

/** Parts of the generated district to which hand-placed records can be tied. */
export interface Anchors {
  readonly districtID: number;
  readonly officeID: number;
  readonly elementary: Campus;
  readonly high: Campus;
  readonly departmentID: number;
  readonly courseMasterID: number;
}

/** Students of one cluster: an elementary, a middle and a high school. */
const CLUSTER_SIZE = 1000;

export function generateDistrict({ seed, students, sink }: DistrictOptions): Anchors {
  const emit = emitTo(sink);
  const next = numberRows();
  const world = emitDistrict(emit, next, seed);
  const first = emitCluster(world, 0, Math.min(students, CLUSTER_SIZE));
  for (let cluster = 1; cluster * CLUSTER_SIZE < students; cluster++) {
    const count = Math.min(students - cluster * CLUSTER_SIZE, CLUSTER_SIZE);
    emitCluster({ ...world, random: randomFor(seed, cluster + 1) }, cluster, count);
  }
  return {
    districtID: world.districtID,
    officeID: world.officeID,
    elementary: first.elementary,
    high: first.high,
    departmentID: world.departmentIDs.get(departments[0]) ?? 0,
    courseMasterID: [...world.courseMasterIDs.values()][0] ?? 0,
  };
}

function emitDistrict(emit: Emit, next: NextId, seed: number): World {
  const random = randomFor(seed, 0);
  for (const year of [lastYear, thisYear]) {
    emit('SchoolYear', {
      endYear: year.endYear,
      startYear: year.endYear - 1,
      startDate: year.start,
      endDate: year.end,
      active: year.active,
      label: year.label,
    });
  }
  const districtID = next('District');
  emit('District', {
    districtID,
    name: 'River District Schools',
    number: '0420',
    districtGUID: random.guid(),
  });
  const departmentIDs = new Map<string, number>();
  for (const name of departments) {
    const departmentID = next('Department');
    departmentIDs.set(name, departmentID);
    emit('Department', { departmentID, name });
  }
  const courseMasterIDs = new Map<string, number>();
  for (const { number } of catalog) {
    const courseMasterID = next('CourseMaster');
    courseMasterIDs.set(number, courseMasterID);
    emit('CourseMaster', { courseMasterID, externalLMSExclude: 0 });
  }
  const world: World = { emit, next, random, districtID, officeID: 0, departmentIDs, courseMasterIDs };
  const officeID = emitSchool(world, 'River District Office', '0001');
  return { ...world, officeID };
}

function emitCluster(world: World, cluster: number, count: number): Campuses {
  const campuses: Campuses = {
    elementary: emitCampus(world, 'elementary', cluster),
    middle: emitCampus(world, 'middle', cluster),
    high: emitCampus(world, 'high', cluster),
  };
  const { students, parentStaff } = emitFamilies(world, campuses, count, cluster === 0);
  const takeParent = (): Adult | undefined => parentStaff.pop();
  emitOfficeStaff(world);
  for (const campus of Object.values(campuses) as readonly Campus[]) {
    emitSchoolStaff(world, campus, takeParent);
  }
  emitSchedule(world, campuses, openFaculty(world, takeParent, campuses.middle), students);
  // Parents for whom no job came up in the schedule help out at the middle school.
  for (let parent = takeParent(); parent !== undefined; parent = takeParent()) {
    hire(world, [campuses.middle.schoolID], ['program'], parent);
  }
  return campuses;
}
