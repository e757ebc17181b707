/** Kinds of fields that every part of the declaration uses, and what zod cannot express about them. */
import { z } from 'zod';

interface Facts {
  /** Given by reference only, and never repeated in a message. */
  readonly secret?: true;
  /** In words, where the default is not one value. */
  readonly default?: string;
  /** In words, where the declaration reads badly. */
  readonly type?: string;
}

/** Facts about fields that zod cannot express. */
export const facts = z.registry<Facts>();

export const text = (says: string) => z.string().regex(/\S/, 'must not be empty').describe(says);

export const secret = (says: string) => text(says).register(facts, { secret: true });

export const flag = (byDefault: boolean, says: string) => z.boolean().default(byDefault).describe(says);

export const port = (byDefault: number) => z.int().min(1).max(65535).default(byDefault).describe('TCP port.');
