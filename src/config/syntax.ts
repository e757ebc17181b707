/**
 * Takes the text of a config file; gives its YAML nodes, which keep their positions and their written text, or what is
 * wrong with the YAML. The messages are ours: the parser's own quote the file, and with it perhaps a password.
 */
import { LineCounter, parseDocument, type Document, type ErrorCode } from 'yaml';
import type { Problem } from '../model/errors.js';
import { walkNodes, type Aliases } from './walk-nodes.js';

export interface Syntax {
  readonly document: Document.Parsed;
  /** What each alias stands for. */
  readonly aliases: Aliases;
  readonly problemAt: (offset: number, path: string, message: string) => Problem;
}

const GENERAL = 'is not valid YAML here: look for a missing quote, bracket, comma or blank after a colon';

const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'has a \\ in double quotes that begins no known escape: use single quotes',
  BAD_INDENT: 'is not indented as its neighbours are, or a bracket is not closed',
  BAD_SCALAR_START: 'begins with a character that needs quotes around the text',
  BLOCK_AS_IMPLICIT_KEY: 'has two colons on one line: put quotes around the text',
  MISSING_CHAR: 'lacks a closing quote or bracket, or a colon or comma',
  MULTILINE_IMPLICIT_KEY: 'is not "key: value": a colon or the blank after it is missing',
  MULTIPLE_DOCS: 'begins a second document (---): a config is one document',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  TAB_AS_INDENT: 'is indented with a tab: use blanks',
  TAG_RESOLVE_FAILED: 'has a tag (a word that begins with !) that a config does not know',
  UNEXPECTED_TOKEN: `${GENERAL} (text with { or } needs quotes)`,
};

/** All syntax problems, or the document. */
export function parseSyntax(text: string): Syntax | readonly Problem[] {
  const lineCounter = new LineCounter();
  const problemAt = (offset: number, path: string, message: string): Problem => {
    const { line, col } = lineCounter.linePos(offset);
    return { path, message, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // Keys are compared later, as text: 09 and 9 are two grade codes, though they are the same number.
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: false,
    schema: 'core',
  });
  const found = [...document.errors, ...document.warnings];
  if (found.length > 0) {
    return firstPerLine(found.map(({ code, pos }) => problemAt(pos[0], '', MESSAGES[code] ?? GENERAL)));
  }
  if (document.contents === null) return [problemAt(0, '', 'is empty: it holds no settings')];
  const walked = walkNodes(document.contents);
  return 'problem' in walked
    ? [problemAt(walked.offset, '', walked.problem)]
    : { document, aliases: walked.aliases, problemAt };
}

/** What follows on the same line is mostly the parser looking for its way back. */
function firstPerLine(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((each, index) => problems.findIndex(({ line }) => line === each.line) === index);
}
