/** The program as the console starts it, on the day of the small district: the console itself has no date to choose. */
import { CLI } from '../support/cli.js';
import { AS_OF } from '../refresh/small-district.js';

const [command = ''] = process.argv.slice(2);
if (['refresh', 'explain', 'preflight', 'forecast'].includes(command))
  process.argv.splice(3, 0, '--as-of', AS_OF);
await import(CLI);
