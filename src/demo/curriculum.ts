/** What the demo's schools teach, and on which clock. The same for every school of a level; nothing here is chance. */

export type Level = 'elementary' | 'middle' | 'high';

export interface Grade {
  /** GradeLevel.name, the district's own code. */
  readonly name: string;
  readonly stateGrade: string;
  /** Age that a child reaches before 1 September. */
  readonly age: number;
  readonly level: Level;
}

const elementary: readonly Grade[] = [
  { name: 'PK', stateGrade: 'P4', age: 4, level: 'elementary' },
  { name: 'K', stateGrade: 'KG', age: 5, level: 'elementary' },
  ...['01', '02', '03', '04', '05'].map((code, index): Grade => ({
    name: code,
    stateGrade: code,
    age: 6 + index,
    level: 'elementary',
  })),
];
const middle = ['06', '07', '08'].map((code, index): Grade => ({
  name: code,
  stateGrade: code,
  age: 11 + index,
  level: 'middle',
}));
const high = ['09', '10', '11', '12'].map((code, index): Grade => ({
  name: code,
  stateGrade: code,
  age: 14 + index,
  level: 'high',
}));

/** From prekindergarten up; a student's place in this list rises by one a year. */
export const grades: readonly Grade[] = [...elementary, ...middle, ...high];

/** Students who stay on after grade 12: the state has no code for them that the export knows. */
export const transitionGrade: Grade = { name: 'TR', stateGrade: 'T12', age: 18, level: 'high' };

export interface Clock {
  /** One list of terms per term schedule of the structure. */
  readonly termSchedules: readonly (readonly TermDays[])[];
  /** Day rotations; the periods of all of them carry the same names. */
  readonly days: readonly string[];
  readonly periods: readonly string[];
}

interface TermDays {
  readonly name: string;
  readonly start: string;
  readonly end: string;
}

const semesters: readonly TermDays[] = [
  { name: 'S1', start: '2026-08-17', end: '2026-12-18' },
  { name: 'S2', start: '2027-01-05', end: '2027-05-28' },
];
const quarters: readonly TermDays[] = [
  { name: 'Q1', start: '2026-08-17', end: '2026-10-09' },
  { name: 'Q2', start: '2026-10-13', end: '2026-12-18' },
  { name: 'Q3', start: '2027-01-05', end: '2027-03-12' },
  { name: 'Q4', start: '2027-03-22', end: '2027-05-28' },
];

export const clocks: Readonly<Record<Level, Clock>> = {
  elementary: { termSchedules: [semesters], days: ['Daily'], periods: ['HR', '1', '2', '3', '4', '5'] },
  middle: {
    termSchedules: [quarters],
    days: ['Day 1', 'Day 2'],
    periods: ['HR', '1', '2', '3', '4', '5', '6', '7'],
  },
  high: {
    termSchedules: [semesters, quarters],
    days: ['A', 'B'],
    periods: ['HR', '1', '2', '3', '4', 'Lunch'],
  },
};

export const summerClock: Clock = {
  termSchedules: [[{ name: 'Summer', start: '2027-06-07', end: '2027-06-25' }]],
  days: ['Daily'],
  periods: ['AM', 'PM'],
};

export const lastYearClock: Clock = {
  termSchedules: [
    [
      { name: 'S1', start: '2025-08-18', end: '2025-12-19' },
      { name: 'S2', start: '2026-01-06', end: '2026-05-29' },
    ],
  ],
  days: ['Daily'],
  periods: ['1'],
};

export const departments = [
  'English Language Arts',
  'Mathematics',
  'Science',
  'Social Studies',
  'World Languages',
  'Fine Arts',
  'Physical Education and Health',
  'Career, Technical and Agricultural Education',
  'Computer Science',
  'Student Services',
] as const;

export type Department = (typeof departments)[number];

export interface CatalogCourse {
  readonly number: string;
  readonly name: string;
  readonly department: Department;
  readonly level: Level;
  /** GradeLevel.name of the students who take it together; absent: any grade of the level. */
  readonly grade?: string;
  readonly kind: 'homeroom' | 'core' | 'elective' | 'summer' | 'retired';
  /** SCED subject area and course identifier. */
  readonly sced?: readonly [area: string, course: string];
}

function elementaryCourses(): readonly CatalogCourse[] {
  const subjects: readonly (readonly [digit: string, name: string, department: Department])[] = [
    ['1', 'Reading and Writing', 'English Language Arts'],
    ['2', 'Mathematics', 'Mathematics'],
    ['3', 'Science and Our World', 'Science'],
    ['4', 'Art and Music', 'Fine Arts'],
    ['5', 'Physical Education', 'Physical Education and Health'],
  ];
  return elementary.flatMap(({ name: grade }, index): readonly CatalogCourse[] => [
    {
      number: `0${index}00`,
      name: `Homeroom Grade ${grade}`,
      department: 'Student Services',
      level: 'elementary',
      grade,
      kind: 'homeroom',
    },
    ...subjects.map(([digit, name, department]): CatalogCourse => ({
      number: `0${index}${digit}0`,
      name: `${name} ${grade}`,
      department,
      level: 'elementary',
      grade,
      kind: 'core',
    })),
  ]);
}

function middleCourses(): readonly CatalogCourse[] {
  const subjects: readonly (readonly [digit: string, name: string, department: Department, area?: string])[] =
    [
      ['1', 'English', 'English Language Arts', '01'],
      ['2', 'Mathematics', 'Mathematics', '02'],
      ['3', 'Integrated Science', 'Science'],
      ['4', 'Social Studies', 'Social Studies'],
      ['5', 'Physical Education', 'Physical Education and Health'],
      ['6', 'Exploratory Arts', 'Fine Arts'],
      ['7', 'Spanish Exploration', 'World Languages'],
    ];
  return middle.flatMap(({ name: grade }): readonly CatalogCourse[] => [
    {
      number: `${grade}00`,
      name: `Advisory ${grade}`,
      department: 'Student Services',
      level: 'middle',
      grade,
      kind: 'homeroom',
    },
    ...subjects.map(([digit, name, department, area]): CatalogCourse => ({
      number: `${grade}${digit}0`,
      name: `${name} ${grade}`,
      department,
      level: 'middle',
      grade,
      kind: 'core',
      ...(area === undefined ? {} : { sced: [area, `0${30 + Number(grade)}`] as const }),
    })),
  ]);
}

type HighCourse = readonly [number: string, name: string, department: Department, sced: string];

const highCore: Readonly<Record<string, readonly HighCourse[]>> = {
  '09': [
    ['1101', 'English I', 'English Language Arts', '01001'],
    ['1201', 'Algebra I', 'Mathematics', '02052'],
    ['1301', 'Biology', 'Science', '03051'],
    ['1401', 'World Geography', 'Social Studies', '04001'],
  ],
  '10': [
    ['1102', 'English II', 'English Language Arts', '01002'],
    ['1202', 'Geometry', 'Mathematics', '02072'],
    ['1302', 'Chemistry', 'Science', '03101'],
    ['1402', 'World History', 'Social Studies', '04051'],
  ],
  '11': [
    ['1103', 'English III', 'English Language Arts', '01003'],
    ['1203', 'Algebra II', 'Mathematics', '02056'],
    ['1303', 'Physics', 'Science', '03151'],
    ['1403', 'U.S. History', 'Social Studies', '04101'],
  ],
  '12': [
    ['1104', 'English IV', 'English Language Arts', '01004'],
    ['1204', 'Pre-Calculus', 'Mathematics', '02110'],
    ['1304', 'Environmental Science', 'Science', '03003'],
    ['1404', 'Government & Economics', 'Social Studies', '04151'],
  ],
};

const highElectives: readonly HighCourse[] = [
  ['2501', 'Spanish I', 'World Languages', '06101'],
  ['2502', 'Spanish II', 'World Languages', '06102'],
  ['2511', 'French I', 'World Languages', '06121'],
  ['2601', 'Concert Band', 'Fine Arts', '05101'],
  ['2602', 'Chorus', 'Fine Arts', '05110'],
  ['2603', 'Drawing & Painting', 'Fine Arts', '05156'],
  ['2701', 'Physical Education', 'Physical Education and Health', '08001'],
  ['2702', 'Health', 'Physical Education and Health', '08051'],
  ['2801', 'Intro to Agriculture', 'Career, Technical and Agricultural Education', '18001'],
  ['2802', 'Culinary Arts', 'Career, Technical and Agricultural Education', '16053'],
  ['2901', 'Computer Science Principles', 'Computer Science', '10019'],
  ['2902', 'Web Design "Studio"', 'Computer Science', '10201'],
];

function highCourses(): readonly CatalogCourse[] {
  const course = (
    [number, name, department, sced]: HighCourse,
    rest: Pick<CatalogCourse, 'kind' | 'grade'>,
  ): CatalogCourse => ({
    number,
    name,
    department,
    level: 'high',
    sced: [sced.slice(0, 2), sced.slice(2)],
    ...rest,
  });
  return [
    ...high.map(({ name: grade }): CatalogCourse => ({
      number: `10${grade}`,
      name: `Advisory ${grade}`,
      department: 'Student Services',
      level: 'high',
      grade,
      kind: 'homeroom',
    })),
    ...Object.entries(highCore).flatMap(([grade, courses]) =>
      courses.map((each) => course(each, { kind: 'core', grade })),
    ),
    ...highElectives.map((each) => course(each, { kind: 'elective' })),
    course(['3101', 'English Recovery', 'English Language Arts', '01001'], { kind: 'summer' }),
    course(['3201', 'Algebra Recovery', 'Mathematics', '02052'], { kind: 'summer' }),
    course(['1990', 'Keyboarding', 'Computer Science', '12005'], { kind: 'retired' }),
  ];
}

export const catalog: readonly CatalogCourse[] = [
  ...elementaryCourses(),
  ...middleCourses(),
  ...highCourses(),
];
