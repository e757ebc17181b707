/** People in front of the console: how they sign in by the link, what each role finds, and what it is refused. */
import { expect } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ConsoleRole } from '../../src/model/settings.js';
import { State } from '../../src/state/state.js';
import type { ConsoleSite, Opened } from '../console/consoles.js';
import type { Browser } from '../support/chromium.js';
import { groupsInTurn } from '../support/turns.js';

/** Tests of the console in a browser, in two suites: a run does those of one way. */
export const waysInTurn = (): ReturnType<typeof groupsInTurn> =>
  groupsInTurn(
    'ways into the console',
    'in a browser',
    'in a browser behind a proxy',
    'through an identity provider',
    'in a browser without scripts',
  );

/** Stands for the page that makes a version without personal data of the bundle on hold. */
const ANONYMIZE = 'ANONYMIZE';

const ROLES: Readonly<
  Record<ConsoleRole, { readonly opens: readonly string[]; readonly buttons: readonly string[] }>
> = {
  viewer: { opens: ['/audit'], buttons: [] },
  explainer: { opens: ['/why', '/preflight', '/forecast'], buttons: [] },
  operator: { opens: [ANONYMIZE], buttons: ['Refresh now', 'Send the newest bundle again'] },
  approver: { opens: ['/audit'], buttons: ['Release it …', 'Discard it …'] },
  names: { opens: [], buttons: [] },
};
const GUARDED = ['/why', '/preflight', '/forecast', '/audit', ANONYMIZE];
const BUTTONS = ['Refresh now', 'Send the newest bundle again', 'Release it …', 'Discard it …'];

export async function anonymizePathOf({ home }: ConsoleSite): Promise<string> {
  const state = await State.look(join(home, 'state.db'));
  const name = (await state?.newestBundle('lms', 'held'))?.name ?? '';
  await state?.close();
  return `/connections/lms/nights/${name}/anonymize`;
}

export interface RoleSite {
  /** The whole address of a path. */
  readonly at: (path: string) => string;
  readonly site: ConsoleSite;
}

/** `page`: of a person who has this role and is signed in, or whom the proxy names. */
export async function expectRole(page: Page, role: ConsoleRole, { at, site }: RoleSite): Promise<void> {
  const found: string[] = [];
  for (const path of ['/connections/lms', '/connections/lms/hold']) {
    await page.goto(at(path));
    for (const says of BUTTONS)
      if ((await page.locator(`button:text-is("${says}")`).count()) > 0) found.push(says);
  }
  expect(found).toEqual(ROLES[role].buttons);
  for (const path of GUARDED) {
    const answer = await page.goto(at(path === ANONYMIZE ? await anonymizePathOf(site) : path));
    const isOpen = ROLES[role].opens.includes(path);
    expect([path, answer?.status()]).toEqual([path, isOpen ? 200 : 403]);
    if (!isOpen) expect(await page.textContent('main')).toContain('Your roles do not include this');
  }
}

/** From then on each page of the browser is signed in. */
export async function signInByLink(browser: Browser, { links, url }: Opened): Promise<void> {
  const page = await browser.open(links[0] ?? '');
  await page.click('main button');
  await page.waitForURL(url);
  await page.close();
}
