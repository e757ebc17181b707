/** How serious something is: a word, a shape and a color, never the color alone. */
import { html, type Html } from './html.js';

export type Mood = 'good' | 'wait' | 'bad' | 'still';

const SHAPES: Readonly<Record<Mood, Html>> = {
  good: html`<circle cx="12" cy="12" r="10" /><path d="M7.5 12.5l3 3l6-7" />`,
  wait: html`<circle cx="12" cy="12" r="10" /><path d="M9.5 8v8M14.5 8v8" />`,
  bad: html`<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" /><path d="M8.5 8.5l7 7M15.5 8.5l-7 7" />`,
  still: html`<circle cx="12" cy="12" r="10" /><path d="M8 12h8" />`,
};

/** Goes with words that say the same. */
export function icon(mood: Mood): Html {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true">${SHAPES[mood]}</svg>`;
}

export const tag = (mood: Mood, text: string): Html => html`<span class="tag ${mood}">${text}</span>`;

export const SEVERITY_MOODS = { error: 'bad', warning: 'wait', info: 'still' } as const;
