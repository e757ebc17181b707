/** The program as the console starts it. */
import { CLI } from '../support/cli.js';
import { ofThatDay } from './of-that-day.js';

process.argv.splice(2, Infinity, ...ofThatDay(process.argv.slice(2)));
await import(CLI);
