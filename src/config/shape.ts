/** The declaration as plain data: what is wanted where. The reader, the suggestions and the list of settings use it. */
import { z } from 'zod';
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
    says:
      layers.map((layer) => z.globalRegistry.get(layer)?.description).find((says) => says !== undefined) ??
      '',
    default: known.find((each) => each?.default !== undefined)?.default ?? defaultOf(layers),
    type: known.find((each) => each?.type !== undefined)?.type,
  };
}

export function shapeOf(schema: z.core.$ZodType): Shape {
  const inner = layersOf(schema).at(-1) ?? schema;
  if (inner instanceof z.ZodObject) return group(inner);
  if (inner instanceof z.ZodDiscriminatedUnion) return choice(inner);
  if (inner instanceof z.ZodUnion) return twoKinds(inner);
  if (inner instanceof z.ZodRecord) return { kind: 'table', values: shapeOf(inner.valueType) };
  if (inner instanceof z.ZodArray) return { kind: 'list', items: shapeOf(inner.element) };
  if (inner instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (inner instanceof z.ZodNumber) return { kind: inner.format === 'safeint' ? 'whole number' : 'number' };
  if (inner instanceof z.ZodEnum) return { kind: 'text', of: inner.options.map(String), secret: false };
  if (inner instanceof z.ZodLiteral)
    return { kind: 'text', of: [...inner.values].map(String), secret: false };
  if (inner instanceof z.ZodString)
    return { kind: 'text', of: [], secret: facts.get(inner)?.secret ?? false };
  throw new TypeError(`the config declaration uses ${inner.constructor.name}, which has no shape yet`);
}

function group({ shape }: z.ZodObject): Shape {
  const keys = new Map(Object.entries<z.core.$ZodType>(shape).map(([key, each]) => [key, fieldOf(each)]));
  const holdsSecrets = [...keys.values()].some((field) => field.shape.kind === 'text' && field.shape.secret);
  return { kind: 'group', keys, holdsSecrets };
}

/** The schema with what is wrapped around it (default, optional), outermost first. */
function layersOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const isWrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapped ? [schema, ...layersOf(schema.unwrap())] : [schema];
}

function defaultOf(layers: readonly z.core.$ZodType[]): string {
  for (const layer of layers) {
    if (layer instanceof z.ZodDefault) return String(layer.parse(undefined));
    if (layer instanceof z.ZodOptional || layer instanceof z.ZodPrefault) return '';
  }
  return 'required';
}

function choice(union: z.ZodDiscriminatedUnion): Shape {
  const by = union.def.discriminator;
  const options = new Map<string, Shape>();
  for (const option of union.options) {
    const shape = shapeOf(option);
    const tag = shape.kind === 'group' ? shape.keys.get(by)?.shape : undefined;
    for (const value of tag?.kind === 'text' ? tag.of : []) {
      options.set(value, shape);
    }
  }
  return { kind: 'choice', by, options };
}

/** A text, or a list of texts or a group in its place; a number or one of a few words. */
function twoKinds(union: z.ZodUnion): Shape {
  const shapes = union.options.map(shapeOf);
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
