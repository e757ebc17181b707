/** The day on which the rules judge the small district. */
export const AS_OF = '2026-10-15';
