/** The declaration as plain data: what is wanted where. The reader, the suggestions and the list of settings use it. */
import type { z } from 'zod';
import { facts } from './declaration/fields.js';

export type Shape =
  | { readonly kind: 'group'; readonly keys: ReadonlyMap<string, Field>; readonly holdsSecrets: boolean }
  /** A group whose keys depend on what one of them says. */
  | { readonly kind: 'choice'; readonly by: string; readonly options: ReadonlyMap<string, Shape> }
  | { readonly kind: 'table'; readonly values: Shape }
  | { readonly kind: 'list'; readonly items: Shape }
  | { readonly kind: 'text-or-group'; readonly text: Shape; readonly group: Shape }
  | { readonly kind: 'text-or-list'; readonly text: Shape; readonly list: Shape }
  | { readonly kind: 'number-or-word'; readonly words: readonly string[] }
  | { readonly kind: 'text'; readonly of: readonly string[]; readonly secret: boolean }
  | { readonly kind: 'number' | 'whole number' | 'boolean' };

export interface Field {
  readonly shape: Shape;
  readonly says: string;
  /** In words; `required` where there is none, blank where the key may be left out and nothing takes its place. */
  readonly default: string;
  /** In words, where the shape would read badly. */
  readonly type: string | undefined;
}

export function fieldOf(schema: z.core.$ZodType): Field {
  const layers = layersOf(schema);
  const known = layers.map((layer) => facts.get(layer));
  return {
    shape: shapeOf(layers.at(-1) ?? schema),
    says: layers.map((layer) => (layer as z.ZodType).description).find((says) => says !== undefined) ?? '',
    default: known.find((each) => each?.default !== undefined)?.default ?? defaultOf(layers),
    type: known.find((each) => each?.type !== undefined)?.type,
  };
}

export function shapeOf(schema: z.core.$ZodType): Shape {
  const inner = layersOf(schema).at(-1) ?? schema;
  const { def } = (inner as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const keys = new Map(Object.entries(def.shape).map(([key, each]) => [key, fieldOf(each)]));
      const holdsSecrets = [...keys.values()].some(({ shape }) => shape.kind === 'text' && shape.secret);
      return { kind: 'group', keys, holdsSecrets };
    }
    case 'union':
      return 'discriminator' in def ? choice(def, String(def.discriminator)) : twoKinds(def);
    case 'record':
      return { kind: 'table', values: shapeOf(def.valueType) };
    case 'array':
      return { kind: 'list', items: shapeOf(def.element) };
    case 'boolean':
      return { kind: 'boolean' };
    case 'number':
      return { kind: 'check' in def ? 'whole number' : 'number' };
    case 'enum':
      return { kind: 'text', of: Object.values(def.entries).map(String), secret: false };
    case 'literal':
      return { kind: 'text', of: def.values.map(String), secret: false };
    case 'string':
      return { kind: 'text', of: [], secret: facts.get(inner)?.secret ?? false };
    default:
      throw new TypeError(`the config declaration uses ${def.type}, which has no shape yet`);
  }
}

/** The schema with what is wrapped around it (default, optional), outermost first. */
function layersOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'optional' || def.type === 'default' || def.type === 'prefault'
    ? [schema, ...layersOf(def.innerType)]
    : [schema];
}

function defaultOf(layers: readonly z.core.$ZodType[]): string {
  for (const layer of layers) {
    const { def } = (layer as z.core.$ZodTypes)._zod;
    if (def.type === 'default') {
      return String(def.defaultValue);
    }
    if (def.type === 'optional' || def.type === 'prefault') {
      return '';
    }
  }
  return 'required';
}

function choice(def: z.core.$ZodUnionDef, by: string): Shape {
  const options = new Map<string, Shape>();
  for (const option of def.options) {
    const shape = shapeOf(option);
    const tag = shape.kind === 'group' ? shape.keys.get(by)?.shape : undefined;
    for (const value of tag?.kind === 'text' ? tag.of : []) {
      options.set(value, shape);
    }
  }
  return { kind: 'choice', by, options };
}

/** A text, or a list of texts or a group in its place; a number or one of a few words. */
function twoKinds(def: z.core.$ZodUnionDef): Shape {
  const shapes = def.options.map(shapeOf);
  const text = shapes.find((shape) => shape.kind === 'text');
  const list = shapes.find(({ kind }) => kind === 'list');
  const group = shapes.find(({ kind }) => kind === 'group');
  if (shapes.length === 2 && text && group) return { kind: 'text-or-group', text, group };
  const isNumber = shapes.some(({ kind }) => kind === 'number');
  if (shapes.length !== 2 || !text || (!list && !isNumber)) {
    throw new TypeError('the config declaration has a union that is neither text or list nor number or word');
  }
  return list ? { kind: 'text-or-list', text, list } : { kind: 'number-or-word', words: text.of };
}
