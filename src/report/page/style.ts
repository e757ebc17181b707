/**
 * The one style sheet of all pages. Every pair of text and ground passes 4.5 : 1 in both schemes (tested with axe), and no
 * color carries a meaning that a word or shape does not also carry.
 */
import { createHash } from 'node:crypto';
import { Html } from './html.js';

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --sheet: #ffffff; --text: #1a2129; --quiet: #56616d; --edge: #d9dfe5; --faint: #eef1f4;
  --accent: #1d5fb4; --accent-faint: #dbe8f8;
  --good: #176a3a; --good-ground: #e6f4ea; --wait: #7d4d00; --wait-ground: #fdf1dc; --bad: #a8231c; --bad-ground: #fdeae8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1419; --sheet: #181f26; --text: #e4e9ee; --quiet: #a2adb8; --edge: #2f3942; --faint: #202932;
    --accent: #8ab8f5; --accent-faint: #223a57;
    --good: #7dd39b; --good-ground: #14301f; --wait: #f2bd66; --wait-ground: #35270d; --bad: #ffa299; --bad-ground: #3d1a17;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1, h2, h3, p, dl, dd, ul, ol, figure { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.3; margin-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
a { color: var(--accent); text-underline-offset: .15em; }
summary { cursor: pointer; }
a:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; }
code { overflow-wrap: anywhere; }
pre span { display: inline-block; max-width: 100%; }
pre { margin: .35rem 0 0; padding: .5rem .7rem; background: var(--faint); border: 1px solid var(--edge); border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
p, li, dd, td, figcaption, bdi { overflow-wrap: anywhere; }
.over { color: var(--quiet); font-size: .85rem; letter-spacing: .03em; }
.quiet, .lead { color: var(--quiet); }
.lead { margin: .15rem 0 .75rem; max-width: 46rem; }
section, .panel { background: var(--sheet); border: 1px solid var(--edge); border-radius: .7rem; padding: 1.1rem 1.25rem; margin: 1rem 0; }

.panel { border-left-width: .4rem; display: grid; grid-template-columns: auto 1fr; gap: .2rem .9rem; align-items: start; }
.panel > svg { width: 2.2rem; height: 2.2rem; margin-top: .1rem; }
.panel > * { grid-column: 2; min-width: 0; }
.panel > svg { grid-column: 1; grid-row: 1 / span 2; }
.panel .verdict { font-size: 1.25rem; line-height: 1.35; font-weight: 650; }
.panel ol, .panel ul { padding-left: 1.25rem; margin-top: .5rem; }
.panel li { margin-top: .35rem; }
.panel pre { background: var(--sheet); }
.good { border-color: var(--good); background: var(--good-ground); }
.wait { border-color: var(--wait); background: var(--wait-ground); }
.bad { border-color: var(--bad); background: var(--bad-ground); }
.good > svg, .good .verdict { color: var(--good); } .wait > svg, .wait .verdict { color: var(--wait); } .bad > svg, .bad .verdict { color: var(--bad); }
.panel svg path, .panel svg circle { fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }

.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1px; background: var(--edge); border: 1px solid var(--edge); border-radius: .7rem; overflow: hidden; margin: 1rem 0; }
.figures div { background: var(--sheet); padding: .7rem 1.25rem; }
.figures dt { color: var(--quiet); font-size: .85rem; }
.figures dd { font-size: 1.35rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.figures small { display: block; font-size: .8rem; font-weight: 400; color: var(--quiet); }

nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; font-size: .92rem; }
nav a { display: inline-block; padding: .15rem 0; }

@media screen and (min-width: 82rem) {
  body:has(.contents) header, body:has(.contents) main, body:has(.contents) footer { max-width: 82rem; }
  body:has(.contents) main { display: grid; grid-template-columns: 11rem minmax(0, 1fr); column-gap: 1.5rem; }
  body:has(.contents) main > * { grid-column: 2; }
  body:has(.contents) main > .contents { grid-column: 1; grid-row: 1 / span 40; position: sticky; top: 1rem; align-self: start; margin-top: 1rem; }
  .contents ul { flex-direction: column; }
}
section { scroll-margin-top: 1rem; }

table { width: 100%; border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; color: var(--quiet); padding-bottom: .35rem; }
th, td { text-align: left; vertical-align: top; padding: .42rem .8rem .42rem 0; border-top: 1px solid var(--edge); }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; font-size: .82rem; vertical-align: bottom; }
tbody th { font-weight: 600; }
th:last-child, td:last-child { padding-right: 0; }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td small { display: block; overflow-wrap: anywhere; color: var(--quiet); font-size: .8rem; line-height: 1.4; }
td small.flag, .flag { color: var(--bad); font-weight: 600; }
.says { display: block; font-weight: 400; }
th small { color: var(--quiet); font-size: .82rem; font-weight: 400; }
th small { display: block; }
.rule { width: 17.5rem; } .count, .since, .severity { width: 6.5rem; } .night { width: 8.5rem; } .examples { width: 17rem; }
.cards { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); margin: 1rem 0; align-items: start; }
.places { list-style: none; padding: 0; margin-top: .5rem; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; } .card details ul:not([class]) { padding-left: 1.1rem; }
details > summary { padding: .3rem 0; }
.card { background: var(--sheet); border: 1px solid var(--edge); border-left-width: .4rem; border-radius: .7rem; padding: 1rem 1.1rem; min-width: 0; }
.card.good { border-color: var(--good); } .card.wait { border-color: var(--wait); } .card.bad { border-color: var(--bad); }
.card h2 { overflow-wrap: anywhere; } .card p, .card figure, .card pre { margin-top: .5rem; }
.state { display: flex; gap: .45rem; align-items: center; font-weight: 650; }
.state svg { width: 1.35rem; height: 1.35rem; flex: none; fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.state.good { color: var(--good); background: none; } .state.wait { color: var(--wait); background: none; } .state.bad { color: var(--bad); background: none; }
.message { overflow-wrap: anywhere; }

.trends { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 12.5rem), 1fr)); gap: 1.25rem; margin: .75rem 0 1.25rem; }
.trend figcaption { display: flex; justify-content: space-between; align-items: baseline; gap: .5rem; }
.trend .now { white-space: nowrap; font-variant-numeric: tabular-nums; font-weight: 600; }
.trend svg { width: 100%; height: auto; display: block; background: var(--faint); border-radius: .4rem; }
.axis { display: flex; justify-content: space-between; }
.axis, .range { font-size: .8rem; color: var(--quiet); }
svg .line { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
svg .area { fill: var(--accent-faint); } svg .dot { fill: var(--accent); } svg .grid { stroke: var(--edge); fill: none; }
svg .dot.bad { fill: var(--bad); } svg .limit { fill: none; stroke: var(--wait); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .cross { fill: none; stroke: var(--bad); stroke-width: 2; stroke-linecap: round; }
.spark { width: 7.5rem; height: 1.9rem; display: block; }
.numbers { font-size: .8rem; } .numbers summary { color: var(--quiet); }
.numbers ul { list-style: none; padding: .25rem 0 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: 0 .75rem; font-variant-numeric: tabular-nums; }
.bar { width: 100%; height: .45rem; display: block; border-radius: .2rem; margin: .2rem 0; }
svg .rail { fill: var(--faint); } svg .fill { fill: var(--accent); } .bar.bad .fill { fill: var(--bad); } .bar.still .fill { fill: var(--quiet); }
.tag { display: inline-block; font-size: .78rem; font-weight: 650; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .5rem; white-space: nowrap; }
.tag.good { color: var(--good); } .tag.wait { color: var(--wait); } .tag.bad { color: var(--bad); } .tag.still { color: var(--quiet); }
.facts { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .25rem 1.25rem; font-size: .92rem; }
.facts dt { color: var(--quiet); } .facts dd { overflow-wrap: anywhere; min-width: 0; }
footer { color: var(--quiet); font-size: .85rem; padding-bottom: 2.5rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

@media screen and (max-width: 44rem) {
  section, .panel { padding: .9rem 1rem; }
  .figures { grid-template-columns: 1fr 1fr; } .figures div { padding: .6rem 1rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .4rem; }
  .panel > svg { width: 1.7rem; height: 1.7rem; } .panel .verdict { font-size: 1.12rem; }
  .panel ol, .panel ul, .panel pre, .panel p.more { grid-column: 1 / -1; }
}
@media screen and (max-width: 56rem) {
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { display: grid; grid-template-columns: 1fr 1fr; gap: .1rem 1rem; padding: .6rem 0; border-top: 1px solid var(--edge); }
  .stack tbody tr:first-child { border-top: 0; }
  .stack th, .stack td { border: 0; padding: 0; min-width: 0; }
  .stack tbody th, .stack .full { grid-column: 1 / -1; }
  .stack .num { text-align: left; white-space: normal; }
  .stack th, .stack td { width: auto; }
  .stack td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
  .stack td.bare::before { content: none; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --sheet: #fff; --text: #000; --quiet: #444; --edge: #bbb; --faint: #f2f2f2; --accent: #1d4f91; --accent-faint: #e3ecf7; --good: #14532d; --wait: #6b4200; --bad: #8c1d18; --good-ground: #fff; --wait-ground: #fff; --bad-ground: #fff; }
  @page { margin: 15mm; }
  html { font-size: 9pt; }
  .rule { width: 15rem; } .examples { width: 13rem; } .rule code { overflow-wrap: anywhere; }
  header, main, footer { max-width: none; padding: 0; }
  nav { display: none; }
  section { border: 0; border-top: 1px solid var(--edge); border-radius: 0; padding: .6rem 0; margin: .4rem 0; }
  h2, h3, thead, figcaption { break-after: avoid; }
  tr, figure, .panel, pre { break-inside: avoid; }
  thead { display: table-header-group; }
  .trends { grid-template-columns: repeat(3, 1fr); }
  details.numbers { display: none; }
  details::details-content { content-visibility: visible; height: auto; }
  svg, .bar { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; }
}
`;

/** Written out here, because its hash is of every byte. */
export const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/** The source of a policy that allows this style element and no other. */
export const styleSource = (style: string): string =>
  `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** Nothing may be loaded, run, sent or framed; the only style is the one above. */
export const POLICY = `default-src 'none'; style-src ${styleSource(STYLE)}; base-uri 'none'; form-action 'none'`;
