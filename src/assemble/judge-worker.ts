/** What runs in a `JudgeThread`: judges the files it gets in turn, and answers `end` and `prove` by their result or by the error in parts. */
import { parentPort, workerData } from 'node:worker_threads';
import { receiverOf } from '../profiles/receiver.js';
import { FilesJudge, type Prover } from '../verify/judged-files.js';
import type { JudgeAnswer, JudgeOrder, JudgeThreadData } from './judge-thread.js';
import { partsOf } from './thread-errors.js';

const { settings, asOf, home, expected } = workerData as JudgeThreadData;
const judge = new FilesJudge(expected, { ...receiverOf(settings).asked, asOf });
let judged: Prover | undefined;

async function obey(order: Exclude<JudgeOrder, { take: unknown }>): Promise<JudgeAnswer> {
  try {
    if ('end' in order) {
      judged = await judge.end(order.end);
      return { isJudged: true };
    }
    if (judged === undefined) throw new Error('nothing was judged yet');
    return { proof: await judged.prove(order.prove) };
  } catch (cause) {
    return { error: partsOf(cause, home) };
  }
}

parentPort?.on('message', (order: JudgeOrder) => {
  if ('take' in order) judge.take(order.take);
  else void obey(order).then((answer) => parentPort?.postMessage(answer));
});
