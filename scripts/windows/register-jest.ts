/** For `--import`: `@jest/globals` is `jest-globals.js` from here on. */
import { register } from 'node:module';

register('./jest-hooks.js', import.meta.url);
