/** Answers to requests that are refused, as pages in words. */
import type { Request } from './desk.js';
import { plainPage } from './pages/page.js';

export function tooMany(c: Request, seconds: number): Response {
  c.header('Retry-After', String(seconds));
  return c.html(plainPage('Too many requests', `Try again in ${seconds} seconds.`), 429);
}

export const notAllowed = (c: Request, what: string): Response =>
  c.html(plainPage('Not allowed', `Your roles do not include this: ${what}.`), 403);

export const notFound = (c: Request): Response =>
  c.html(plainPage('Not found', 'There is no such page. Go back to the connections.'), 404);
