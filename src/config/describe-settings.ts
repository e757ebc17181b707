/** The settings as a flat list, for people: the README's table comes from it. */
import { declaration } from './config.js';
import { fleetDeclaration } from './fleet-declaration.js';
import { fieldOf, type Field, type Shape } from './shape.js';

export interface SettingLine {
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly says: string;
}

export const describeSettings = (): readonly SettingLine[] => eachOnce(linesOf('', fieldOf(declaration)));

/** Those of `fleet.yaml`. */
export const describeFleetSettings = (): readonly SettingLine[] =>
  eachOnce(linesOf('', fieldOf(fleetDeclaration)));

function eachOnce(lines: readonly SettingLine[]): readonly SettingLine[] {
  // The two kinds of source share keys: one line describes both.
  const byKey = new Map<string, SettingLine>();
  for (const line of lines) {
    const other = byKey.get(line.key);
    const type = other && other.type !== line.type ? `${other.type} | ${line.type}` : line.type;
    byKey.set(line.key, { ...line, type });
  }
  return [...byKey.values()];
}

function linesOf(key: string, field: Field): readonly SettingLine[] {
  const { shape } = field;
  if (shape.kind === 'group' && field.type === undefined) {
    return [...shape.keys].flatMap(([name, each]) => linesOf(key === '' ? name : `${key}.${name}`, each));
  }
  if (shape.kind === 'choice') {
    return [...shape.options.values()].flatMap((option) => linesOf(key, { ...field, shape: option }));
  }
  if (shape.kind === 'list' && shape.items.kind === 'group') {
    return linesOf(`${key}[]`, { ...field, shape: shape.items });
  }
  if (shape.kind === 'table' && shape.values.kind === 'group' && field.type === undefined) {
    return linesOf(`${key}.NAME`, { ...field, shape: shape.values });
  }
  return [{ key, type: field.type ?? typeOf(shape), default: field.default, says: field.says }];
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return shape.secret ? 'reference' : shape.of.length > 0 ? shape.of.join(' | ') : 'text';
    case 'boolean':
      return 'true | false';
    case 'number':
    case 'whole number':
      return shape.kind;
    case 'list':
      return `list of ${typeOf(shape.items)}`;
    case 'text-or-group':
      return `${typeOf(shape.text)} | group`;
    case 'text-or-list':
      return `${typeOf(shape.text)} | ${typeOf(shape.list)}`;
    case 'number-or-word':
      return ['number', ...shape.words].join(' | ');
    case 'group':
    case 'choice':
    case 'table':
      return 'group';
  }
}
