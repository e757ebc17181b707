/** What `@jest/globals` is to tests in plain Node (in-node.js): the functions that Jest made for the file that runs now. */
let ofFile = {};

export function useGlobals(globals) {
  ofFile = globals;
}

/** A module that suites share imports these once, so they lead to those of the current file. */
const current = (name) =>
  new Proxy(() => undefined, {
    apply: (_target, _this, values) => ofFile[name](...values),
    get: (_target, key) => ofFile[name][key],
  });

export const afterAll = current('afterAll');
export const afterEach = current('afterEach');
export const beforeAll = current('beforeAll');
export const beforeEach = current('beforeEach');
export const describe = current('describe');
export const expect = current('expect');
export const it = current('it');
export const jest = current('jest');
export const test = current('test');
