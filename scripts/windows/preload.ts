/** Loaded before the program in `npm run test:windows`: `CONDITIONS`, a JSON text, says what it meets. */
import { begin, type Conditions } from './conditions.js';

begin(JSON.parse(process.env['CONDITIONS'] ?? '{}') as Conditions);
