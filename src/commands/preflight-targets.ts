/** The targets of `preflight`: tests each delivery with a small file, and shows the host key to compare. */
import { bytesInWords } from './amounts.js';
import { rmSync } from 'node:fs';
import { openTarget, type Inspection } from '../deliver/deliver.js';
import type { Config } from '../model/settings.js';
import { makeScratchFolder } from '../home/scratch.js';
import { columns } from './terminal.js';

export interface TargetFinding {
  readonly connection: string;
  readonly inspection: Inspection;
}

/** One after the other: a receiver may allow one connection only. */
export async function inspectTargets(
  config: Config,
  now: Date,
  only?: string,
): Promise<readonly TargetFinding[]> {
  const findings: TargetFinding[] = [];
  const scratch = makeScratchFolder();
  try {
    for (const { name, delivery, version, mode } of config.connections) {
      if (delivery === undefined || (only !== undefined && name !== only)) continue;
      const { timezone } = config;
      const bundle = { connection: name, version, mode, timezone, madeAt: now };
      const target = await openTarget(delivery, { scratch, bundle });
      findings.push({ connection: name, inspection: await target.inspect() });
    }
    return findings;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export const areReady = (findings: readonly TargetFinding[]): boolean =>
  findings.every(({ inspection }) => inspection.fault === undefined);

/** A promise to other programs. */
export function targetsJson(findings: readonly TargetFinding[]): readonly object[] {
  return findings.map(({ connection, inspection }) => {
    const { address, hostKeys, offers, freeBytes, capabilities, remarks, fault } = inspection;
    return {
      connection,
      target: address,
      ready: fault === undefined,
      hostKeys,
      offers,
      freeBytes: freeBytes ?? null,
      capabilities,
      remarks,
      fault: fault ?? null,
    };
  });
}

export function targetsPage(findings: readonly TargetFinding[]): string {
  return findings.map(targetLines).join('');
}

function targetLines({ connection, inspection }: TargetFinding): string {
  const { address, hostKeys, offers, freeBytes, remarks, fault } = inspection;
  const offered = Object.entries(offers).map(([extension, has]) => `${has ? '' : 'no '}${extension}`);
  const rows = [
    ...hostKeys.map((key) => ['host key', key]),
    ...(offered.length === 0 ? [] : [['offers', offered.join(', ')]]),
    ...(freeBytes === undefined ? [] : [['free', bytesInWords(freeBytes)]]),
    ...remarks.map((remark) => ['remark', remark]),
    fault === undefined
      ? ['ok', 'A small file was uploaded, compared, renamed and removed.']
      : ['error', fault.message],
  ];
  return `\nDelivery of ${connection}: ${address}\n${columns(rows, '  ')}`;
}
