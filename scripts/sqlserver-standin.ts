/**
 * The stand-in for SQL Server as a process of its own, so that what it costs is not counted as the reader's: `node
 * build/scripts/sqlserver-standin.js FOLDER`. Prints its port, and ends with its standard input. Answers are kept ready made.
 */
import { startTdsServer } from '../tests/extract/sqlserver/tds-server.js';

const [folder = '.'] = process.argv.slice(2);
const server = await startTdsServer({ folder, schemas: ['dbo'], keepsAnswers: true });
process.stdout.write(`${server.port}\n`);
process.stdin.resume();
process.stdin.on('end', () => void server.close());
