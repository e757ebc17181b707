/** Each command of a fleet as a process of its own. */
import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, STACK_TRACE } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { makeFleetSite } from '../support/fleet-site.js';
import { describePostgres } from '../support/postgres-suite.js';

describePostgres('a fleet on the command line', (server) => {
  it('is created, applied, planned, paused, resumed, refreshed, and seen', async () => {
    const site = makeFleetSite(server, 'story');
    site.add('adams');
    site.add('baker');
    const env = { ONEROSTER_EXPORT_FLEET: site.folder };
    const fleet = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await run(['fleet', ...args], { env });
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      return stdout;
    };
    const early = await runHere(['fleet', 'status', '--fleet', site.folder]);
    expect(early).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/Run fleet init first/),
    });
    expect(early.stderr).not.toMatch(STACK_TRACE);
    expect(await fleet('init')).toMatch(/^The database story on .* is ready/);
    const shown = await runHere(['fleet', 'apply', site.folder]);
    expect(shown).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Nothing was applied\. To apply this: --yes\n$/),
      stderr: '',
    });
    expect(await fleet('apply', '--yes')).toMatch(/Applied\.\n$/);
    expect(await fleet('plan')).toMatch(/^adams +adams +.* 01:00 /m);
    expect(await fleet('pause', 'adams', '--reason', 'upgrade')).toMatch(/^adams is paused/);
    expect(await fleet('resume', 'adams', '--reason', 'done')).toMatch(/^adams is resumed/);
    expect(await fleet('refresh', 'adams')).toMatch(/^Sent: 1 district/);
    expect(JSON.parse(await fleet('status', '--json'))).toMatchObject({
      districts: [
        { district: 'adams', state: 'waiting' },
        { district: 'baker', state: 'never' },
      ],
    });
    expect(await fleet('history', 'adams')).toMatch(/^adams +by hand .* waiting /m);
    expect(await fleet('retry')).toBe('No run of these districts has failed.\n');
    const file = join(site.folder, 'fleet.prom');
    expect(await fleet('metrics', '--out', file)).toBe('');
    expect(readFileSync(file, 'utf8')).toContain('oneroster_export_fleet_districts{state="waiting"} 1\n');
    const audit = await runHere([
      'history',
      '--audit',
      '--config',
      join(site.folder, 'adams/oneroster.yaml'),
    ]);
    expect(audit.stdout).toMatch(
      /resumed the district; because: done\n.*paused the district; because:\s+upgrade\n/,
    );
    const missing = await runHere(['fleet', 'pause', 'adams'], { env });
    expect(missing).toMatchObject({ code: 2 });
  }, 120_000);
});
