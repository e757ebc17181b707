/**
 * The signals that stop a refresh at its next safe point.
 *
 * | signal | Linux, macOS | Windows |
 * | --- | --- | --- |
 * | SIGINT | Ctrl-C | Ctrl-C |
 * | SIGTERM | a service manager, `kill` | never sent: a task that is ended is ended at once |
 * | SIGBREAK | - | Ctrl-Break |
 * | SIGHUP | the terminal was closed; Node does not keep what nohup sets | console closed; the process has about ten seconds |
 *
 * Windows gives no notice of the rest (Task Scheduler's "End", a logoff of a task without a console, a power cut): the next
 * start repairs what they leave.
 */
import { HERE, type System } from './system.js';

export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGBREAK' | 'SIGHUP';

export function stopSignals({ isWindows }: Pick<System, 'isWindows'> = HERE): readonly StopSignal[] {
  return isWindows ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];
}
