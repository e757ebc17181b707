/**
 * Takes the text of a config file; gives its YAML nodes, which keep their positions and their written text, or what is
 * wrong with the YAML. The parser's own messages are not used: they quote the file, and with it perhaps a password.
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

const GENERAL = 'is not valid YAML here: look for a missing quote, bracket, comma or space after a colon';

const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'has a \\ in double quotes that does not start a known escape: use single quotes',
  BAD_INDENT: 'is not indented like its neighbors, or a bracket is not closed',
  BAD_SCALAR_START: 'starts with a character that requires quotes around the text',
  BLOCK_AS_IMPLICIT_KEY: 'has two colons on one line: put quotes around the text',
  MISSING_CHAR: 'is missing a closing quote or bracket, a colon or a comma',
  MULTILINE_IMPLICIT_KEY: 'is not "key: value": a colon or the space after it is missing',
  MULTIPLE_DOCS: 'starts a second document (---): a config is one document',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  TAB_AS_INDENT: 'is indented with a tab: use spaces',
  TAG_RESOLVE_FAILED: 'has an unknown tag (a word that starts with !)',
  UNEXPECTED_TOKEN: `${GENERAL} (text with { or } requires quotes)`,
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
  if (document.contents === null) return [problemAt(0, '', 'is empty: it has no settings')];
  const walked = walkNodes(document.contents);
  return 'problem' in walked
    ? [problemAt(walked.offset, '', walked.problem)]
    : { document, aliases: walked.aliases, problemAt };
}

/** What follows on the same line is mostly the parser looking for its way back. */
function firstPerLine(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((each, index) => problems.findIndex(({ line }) => line === each.line) === index);
}
