/** `only` of a connection: which of the records that may be sent this receiver gets. */
import { z } from 'zod';
import { facts, text } from './fields.js';

const list = (of: string, says: string) =>
  z
    .array(text(of))
    .min(1)
    .register(facts, { type: `list of ${of}` })
    .optional()
    .describe(says);

const students = z
  .strictObject({
    grades: list(
      'grade codes as they are sent',
      'Students of these grades; local names where local grades are sent.',
    ),
    enrollmentTypes: list('service types', 'Enrollments of these service types, such as P for primary.'),
    withClasses: z.boolean().optional().describe('Students with at least one exported roster row.'),
    ids: list('student numbers', 'These students. Put numbers with leading zeros in quotes.'),
    idsFile: text('File with student numbers, one per line, instead of ids.').optional(),
  })
  .optional()
  .describe('Which students are sent.');

const sections = z
  .strictObject({
    courses: list(
      'course numbers',
      'Courses with these numbers, and their classes; * stands for any characters.',
    ),
    departments: list('departments', 'Courses of these departments, by name.'),
    subjects: list('SCED subject areas', 'Courses of these SCED subject areas.'),
    homeroom: z.enum(['only', 'exclude']).optional().describe('Only homerooms, or all classes except them.'),
    terms: z
      .enum(['current', 'started', 'all'])
      .optional()
      .describe('Classes in a term that contains the as-of date (current), or that has started.'),
    teachers: z.literal('required').optional().describe('Only classes with an exported teacher.'),
  })
  .optional()
  .describe('Which courses and classes are sent.');

const staff = z
  .strictObject({
    roles: list(
      'role boxes',
      'Teachers and other staff by the boxes of their District Assignment: teacher, counselor and so on.',
    ),
    withSections: z
      .boolean()
      .optional()
      .describe('Only staff who teach an exported class, also with teachersWithoutSections: include.'),
    schools: list('school numbers', 'Only staff with a District Assignment at these schools.'),
  })
  .optional()
  .describe('Which staff are sent.');

const contacts = z
  .strictObject({
    relationships: list(
      'relationship names',
      'Guardians and relatives with these relationships to the student.',
    ),
    max: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('Contacts per student, in the order of the sequence of their relationships, then by id.'),
  })
  .optional()
  .describe('Which guardians and relatives are sent.');

const pilot = z
  .strictObject({
    schools: list('school numbers', 'Schools of the students; * stands for any characters.'),
    students: z.int().min(1).max(100_000).describe('Number of students.'),
  })
  .optional()
  .describe(
    'A small sample that is the same every night: some students, their classes, teachers and contacts.',
  );

export const only = z
  .strictObject({ students, sections, staff, contacts, pilot })
  .optional()
  .describe('Filters: several keys narrow each other, the items of one list widen it.');
