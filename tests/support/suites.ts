/** Suites by the names that the pages use for them, such as `home/lock` and `night/kills`. */
export const sourceOfTest = (name: string): string =>
  `tests/${name}.${name.startsWith('night/') ? 'night' : 'test'}.ts`;
