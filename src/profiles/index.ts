/** The register of profiles: a receiver is one file and one line here. */
import { amplify } from './amplify.js';
import { appleSchoolManager } from './apple-school-manager.js';
import { canvas } from './canvas.js';
import { classlink } from './classlink.js';
import { clever } from './clever.js';
import { d2l } from './d2l.js';
import { exploreLearning } from './explore-learning.js';
import { generic } from './generic.js';
import { googleClassroom } from './google-classroom.js';
import { greatMinds } from './great-minds.js';
import { hmh } from './hmh.js';
import { imagineLearning } from './imagine-learning.js';
import { labAids } from './lab-aids.js';
import { mcgrawHill } from './mcgraw-hill.js';
import { microsoftSds } from './microsoft-sds.js';
import { moodle } from './moodle.js';
import { naviance } from './naviance.js';
import { renaissance } from './renaissance.js';
import { schoology } from './schoology.js';
import { stMath } from './st-math.js';
import { summitK12 } from './summit-k12.js';
import { turnitin } from './turnitin.js';
import type { Profile } from './profile.js';

export const profiles: readonly Profile[] = [
  generic,
  amplify,
  appleSchoolManager,
  canvas,
  classlink,
  clever,
  d2l,
  exploreLearning,
  googleClassroom,
  greatMinds,
  hmh,
  imagineLearning,
  labAids,
  mcgrawHill,
  microsoftSds,
  moodle,
  naviance,
  renaissance,
  schoology,
  stMath,
  summitK12,
  turnitin,
];

export function profileNamed(name: string): Profile | undefined {
  return profiles.find((profile) => profile.name === name);
}
