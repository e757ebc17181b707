/**
 * Runs the suites in plain Node, where Jest alone gives each a context with modules of its own. All suites of a process share the modules
 * that they import, so those are loaded and compiled to machine code once; and what is tested runs as the program does: Jest's contexts
 * let wrong imports pass, and an error of the file system is no `Error` there. So a module that suites share keeps its state from one to
 * the next: it registers no hooks when it is loaded. Everything else is Jest's own.
 */
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { useGlobals } from './jest-globals.js';

register('./jest-hooks.js', import.meta.url);
const require = createRequire(import.meta.url);
const { default: runSuite } = require('jest-circus/runner');
const asyncHooks = require('node:async_hooks');
const { AsyncLocalStorage } = asyncHooks;

export default async function runInNode(globalConfig, config, environment, _contextOfItsOwn, path, send) {
  const restore = keepProcess();
  globalThis.console = environment.global.console;
  process.exit = (code) => {
    throw new Error(`process.exit(${code}) in a test`);
  };
  try {
    return await runSuite(globalConfig, config, environment, runtimeFor(config, environment), path, send);
  } finally {
    disableStorages();
    restore();
  }
}

/** As much of Jest's runtime as the runner of a suite uses. */
const runtimeFor = (config, environment) => ({
  setGlobalsForRuntime: (globals) => useGlobals({ ...globals, jest: clockOf(config, environment) }),
  requireInternalModule: requireAnew,
  requireModule: require,
  unstable_shouldLoadAsEsm: () => true,
  unstable_importModule: (path) => import(pathToFileURL(path)),
  enterTestCode: () => undefined,
  leaveTestCode: () => undefined,
});

/** The part of Jest that holds the tests of a suite. */
function requireAnew(path) {
  delete require.cache[path];
  delete globalThis[Symbol.for('EVENT_HANDLERS')];
  asyncHooks.AsyncLocalStorage = class extends AsyncLocalStorage {
    constructor() {
      super();
      storages.push(this);
    }
  };
  try {
    return require(path);
  } finally {
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
  }
}

/** What that part passes on with each promise. One is left by every suite, and each that is left makes all later promises slower. */
const storages = [];

function disableStorages() {
  for (const storage of storages.splice(0)) storage.disable();
}

/** Jest's clock for the timers of this process. */
function clockOf(config, { fakeTimersModern }) {
  const timers = new fakeTimersModern.constructor({ config, global: globalThis });
  return {
    useFakeTimers: (options) => timers.useFakeTimers(options),
    useRealTimers: () => timers.useRealTimers(),
    advanceTimersByTime: (ms) => timers.advanceTimersByTime(ms),
  };
}

/** What a suite changed must not reach the next one. */
function keepProcess() {
  const { exit, exitCode } = process;
  const [cwd, umask, env, nodeConsole] = [process.cwd(), process.umask(), { ...process.env }, console];
  return () => {
    globalThis.console = nodeConsole;
    Object.assign(process, { exit, exitCode });
    process.chdir(cwd);
    process.umask(umask);
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
  };
}
