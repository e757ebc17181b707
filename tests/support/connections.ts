/** Connections with every setting at its default but for thresholds that nothing exceeds, and the settings of a district around them. */
import { DEFAULT_GRADES } from '../../src/config/grades.js';
import type {
  Config,
  ConnectionSettings,
  SystemSettings,
  ThresholdSettings,
} from '../../src/model/settings.js';
import type { LocalDate } from '../../src/model/values.js';

export type Version = ConnectionSettings['version'];
export const VERSIONS = ['1.1', '1.2'] as const satisfies readonly Version[];

/** How the manifest names the SIS unless a config says so. */
export const SIS: SystemSettings = { name: 'Infinite Campus', code: 'infinite-campus' };

export const day = (text: string): LocalDate => text as LocalDate;

export type Wants = Partial<Omit<ConnectionSettings, 'include'>> & {
  readonly include?: Partial<ConnectionSettings['include']>;
};

/** Nothing can vanish beyond these: for tests that are about something else. */
export const NO_LIMITS: ThresholdSettings = {
  users: 100,
  classes: 100,
  enrollments: 100,
  perSchool: 100,
  new: 'off',
  changed: 'off',
};

export function aConnection({ include, ...wants }: Wants = {}): ConnectionSettings {
  const version = wants.version ?? '1.1';
  return {
    name: version === '1.1' ? 'library' : 'lms',
    version,
    mode: 'bulk',
    profile: 'generic',
    ids: version === '1.1' ? 'legacy' : 'guid',
    schools: 'all',
    exclusiveEndDates: false,
    allowEmpty: false,
    teachersWithoutSections: 'exclude',
    endedRosters: 'keep',
    emptyClasses: 'keep',
    unusedCourses: 'keep',
    compression: 3,
    useSecondaryEmail: false,
    useLocalGrades: false,
    legalNames: 'omit',
    thresholds: NO_LIMITS,
    blackout: [],
    ...wants,
    include: { guardians: true, relatives: true, aides: true, demographics: true, ...include },
  };
}

export function aConfig(home: string, filename: string, connections: readonly ConnectionSettings[]): Config {
  return {
    console: { listen: '127.0.0.1:8480', behindProxy: false, sessionHours: 8, access: [] },
    state: { client: 'better-sqlite3' },
    retention: { days: 90, bundles: 14 },
    forecast: { days: 0 },
    timezone: 'America/Chicago',
    home,
    source: { client: 'better-sqlite3', filename },
    system: SIS,
    grades: DEFAULT_GRADES,
    connections,
  };
}
