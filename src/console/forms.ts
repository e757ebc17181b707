/** Forms that change something: each is used once, and a second use leads where the first one did. */
import type { Request } from './desk.js';
import { plainPage } from './pages/page.js';
import { formLed, useForm } from './sessions.js';

export interface Form {
  /** Trimmed; empty where the form has no such field. */
  readonly field: (name: string) => string;
  /** Of check boxes and lists. */
  readonly fields: (name: string) => readonly string[];
}

export async function readForm(c: Request): Promise<Form> {
  const body = await c.req.parseBody({ all: true });
  const all = (name: string): readonly string[] =>
    [body[name] ?? []].flat().filter((value): value is string => typeof value === 'string');
  return { field: (name) => (all(name).at(-1) ?? '').trim(), fields: all };
}

/** `act` gives the path that the browser goes to. */
export async function useOnce(
  c: Request,
  fallback: string,
  act: (form: Form) => Promise<string | Response> | string | Response,
): Promise<Response> {
  const session = c.get('session');
  const form = await readForm(c);
  const value = form.field('once');
  const use = useForm(session, value, fallback);
  if (use === 'unknown')
    return c.html(
      plainPage('This form has expired', 'Go back, reload the page, and send the form again.'),
      409,
    );
  if (use !== 'first') return c.redirect(use.led, 303);
  const result = await act(form);
  if (typeof result !== 'string') return result;
  formLed(session, value, result);
  return c.redirect(result, 303);
}
