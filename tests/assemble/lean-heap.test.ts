import { describe, expect, it } from '@jest/globals';
import { judgeLimits, threadLimits } from '../../src/assemble/lean-heap.js';

describe('the heap limits of a worker thread', () => {
  it('are ours where the operator set none', () => {
    expect(threadLimits([])).toEqual({ maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 1024 });
  });

  it('are small for new objects in a thread that judges, unless the operator set them', () => {
    expect(judgeLimits([])).toEqual({ maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 1024 });
    expect(judgeLimits(['--max-semi-space-size=64'])).toEqual({ maxOldGenerationSizeMb: 1024 });
  });

  it.each([
    ['--max-old-space-size=4096', { maxYoungGenerationSizeMb: 24 }],
    ['--enable-source-maps --max_old_space_size=8192', { maxYoungGenerationSizeMb: 24 }],
    ['--max-semi-space-size=64', { maxOldGenerationSizeMb: 1024 }],
  ])('leave %s to the operator', (option, limits) => {
    expect(threadLimits([option])).toEqual(limits);
  });
});
