/** As much of `@jest/globals` as the tests that run under Wine use, by Node's own runner. */
import { after, afterEach, before, beforeEach, describe as nodeDescribe, it as nodeIt } from 'node:test';
import { format } from 'node:util';

export { expect } from 'expect';
export { after as afterAll, before as beforeAll, afterEach, beforeEach };

type Body = (...values: readonly unknown[]) => void | Promise<void>;
type Run = (title: string, body: () => void | Promise<void>) => unknown;

/** Each entry is a row of arguments, or one argument. */
function each(run: Run) {
  return (rows: readonly unknown[]) =>
    (title: string, body: Body): void => {
      for (const row of rows) {
        const values: readonly unknown[] = Array.isArray(row) ? row : [row];
        const places = (title.match(/%\S/g) ?? []).length;
        run(format(title.replaceAll('%p', '%j'), ...values.slice(0, places)), () => body(...values));
      }
    };
}

let defined = 0;
/** By all files that were imported so far. */
export const definedTests = (): number => defined;

const runTest: Run = (title, body) => {
  defined += 1;
  return nodeIt(title, body);
};
const runSuite: Run = (title, body) => nodeDescribe(title, body);
const skipTest: Run = (title, body) => nodeIt.skip(title, body);

export const it = Object.assign(runTest, {
  each: each(runTest),
  skip: Object.assign(skipTest, { each: each(skipTest) }),
});
export const test = it;
export const describe = Object.assign(runSuite, { each: each(runSuite) });
