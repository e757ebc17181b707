/** For `register`: in plain Node `@jest/globals` throws, so jest-globals.js is taken instead. */
const GLOBALS = new URL('jest-globals.js', import.meta.url).href;

export const resolve = (specifier, context, next) =>
  specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context);
