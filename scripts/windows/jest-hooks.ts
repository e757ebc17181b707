/** Lets a compiled test run without Jest, whose resolver does not load under Wine: `--import register-jest.js FILE`. */
export function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => unknown,
): unknown {
  return specifier === '@jest/globals'
    ? { url: new URL('./jest-globals.js', import.meta.url).href, shortCircuit: true }
    : next(specifier, context);
}
