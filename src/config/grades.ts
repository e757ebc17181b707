/**
 * State Grade Level Code -> CEDS grade code, the default. State lists differ: a district overrides
 * what its state means differently. `PS` is left out on purpose, it is preschool in some states and postsecondary in CEDS.
 */
const CODES: Readonly<Record<string, readonly string[]>> = {
  IT: ['IT', 'IN', 'TD'],
  PR: ['PR'],
  PK: ['PK', 'P3', 'P4', 'K3', 'K4', '3K', '4K'],
  TK: ['TK'],
  KG: ['KG', 'K', 'KN', 'KA', 'KP', 'KF', 'KH', '0K', '00'],
  '01': ['01', '1'],
  '02': ['02', '2'],
  '03': ['03', '3'],
  '04': ['04', '4'],
  '05': ['05', '5'],
  '06': ['06', '6'],
  '07': ['07', '7'],
  '08': ['08', '8'],
  '09': ['09', '9'],
  '10': ['10'],
  '11': ['11'],
  '12': ['12'],
  '13': ['13'],
  UG: ['UG', 'UE', 'US', 'UN'],
  Other: ['ABE', 'AE', 'XG'],
};

/** Keys are upper case. */
export const DEFAULT_GRADES: ReadonlyMap<string, string> = new Map(
  Object.entries(CODES).flatMap(([grade, codes]) => codes.map((code) => [code, grade] as const)),
);

/** The form in which state grade codes are looked up: they compare as SQL Server compares text. */
export function gradeKey(code: string): string {
  return code.trim().toUpperCase();
}
