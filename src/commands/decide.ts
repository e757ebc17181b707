/** `release` and `discard`: the decision on a held bundle. */
import { discard, release } from '../settle/decide.js';
import type { Call } from './call.js';

export interface DecideOptions {
  readonly reason: string;
  readonly json?: boolean;
}

export async function releaseCommand(
  { config, terminal: { out }, now }: Pick<Call, 'config' | 'terminal' | 'now'>,
  connection: string,
  { reason, json }: DecideOptions,
): Promise<void> {
  const path = await release({ config, connection, reason, now });
  const settings = config.connections.find(({ name }) => name === connection);
  const next = settings?.delivery === undefined ? '' : `To send it: oneroster-export deliver ${connection}\n`;
  out(json === true ? `${JSON.stringify({ connection, released: path })}\n` : `Released: ${path}\n${next}`);
}

export async function discardCommand(
  { config, terminal: { out }, now }: Pick<Call, 'config' | 'terminal' | 'now'>,
  connection: string,
  { reason, json }: DecideOptions,
): Promise<void> {
  await discard({ config, connection, reason, now });
  out(
    json === true
      ? `${JSON.stringify({ connection, discarded: true })}\n`
      : `Discarded. The last good bundle of ${connection} stays.\n`,
  );
}
