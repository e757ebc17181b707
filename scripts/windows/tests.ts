/** Tests of the project in one Windows process, by Node's own runner: `tests.js FILE …`. */
import { pathToFileURL } from 'node:url';
import { definedTests } from './jest-globals.js';

for (const file of process.argv.slice(2)) {
  const before = definedTests();
  await import(pathToFileURL(file).href);
  if (definedTests() === before) throw new Error(`${file} has no test`);
}
