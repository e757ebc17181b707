import { describe, expect, it } from '@jest/globals';
import { judge } from '../../src/verify/judge.js';
import { asDelta, goodComplete, goodRoster, saveContent } from './bundles.js';

describe('judge', () => {
  const contents = (['1.1', '1.2'] as const).flatMap((version) => [
    { title: `${version} bulk roster`, content: goodRoster(version) },
    { title: `${version} bulk with every table`, content: goodComplete(version) },
    { title: `${version} delta roster`, content: asDelta(goodRoster(version)) },
    { title: `${version} delta with every table`, content: asDelta(goodComplete(version)) },
  ]);

  it.each(contents)('finds nothing in a good $title', async ({ content }) => {
    const judgement = await judge(saveContent(content));
    expect(judgement.findings).toEqual([]);
    expect(judgement.version).toBe(content.version);
    expect(judgement.mode).toBe(content.mode);
    expect(Object.fromEntries(judgement.rows)).toEqual(
      Object.fromEntries(Object.entries(content.tables).map(([name, rows]) => [name, rows.length])),
    );
  });
});
