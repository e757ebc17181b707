/**
 * The language lint: words and phrases that no text of this repository may have, each with what to write instead. Run by
 * `npm run lint`; exits with code 1 and one line per hit. With file names as arguments, it checks only those.
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Pattern -> what to write instead. Patterns match in any case, in code as well as in prose. */
const DENIED = [
  ['\\bmend(s|ed|ing)?\\b', 'fix, "Fix in"'],
  ['\\bcures?\\b', 'hint'],
  ['\\b(he|him|his|himself)\\b', 'the student, the teacher, the user, they'],
  ['\\bwhoever\\b', 'anyone who, the user who'],
  ['\\bforevery', 'for every'],
  ['\\bnobody\\b|\\bsomebody\\b|\\banybody\\b', 'no one, a person, the user, everyone'],
  ['\\banyhow\\b|\\blikewise\\b', 'in any case, also; or leave it out'],
  ['\\bfor want of\\b', 'without, because … is missing'],
  ['\\bother than\\b|\\botherwise than\\b', 'except, not'],
  ['\\b(is|are) to be (?!expected)', 'must be'],
  ['(^|[.!?*>]) +of what\\b', 'normal word order'],
  ['\\bsmall letters?\\b', 'lowercase letters'],
  ['\\bcapitals? (letters?|do|does)\\b', 'uppercase letters; case is ignored'],
  [
    '\\b(a|the|no|one|any|each|every|or|of|and) blanks?\\b(?! (line|year|date|name|value|cell|one))',
    'a space',
  ],
  ['\\b(is|are|be|stays?|counts? as|must not be|left) blank\\b', 'empty'],
  ['\\bunforeseen\\b', 'unexpected'],
  ['\\bby lot\\b', 'with jitter, random'],
  ['\\bh(e|o)ld(s|ing)? (\\w+ )?back\\b', 'on hold, put on hold'],
  ['\\bnone of the own\\b', 'a school the student does not attend'],
  ['\\bstands? above (it|them)sel(f|ves)\\b|\\bencloses itself\\b', 'is its own ancestor'],
  ['\\bwhat became of\\b|\\bbecame of it\\b', 'outcome'],
  ['\\bleaves? with( code)? \\d\\b', 'exits with code'],
  ['\\bhas to be a\\b', 'must be a'],
  ['\\btells? (nobody|no one|people|of)\\b', 'notifies, reports, shows'],
  [
    '\\b(that|which|what) (a |the |its )?(connection|receiver|profile|rule|column|config|server|standard|program)s? (asks?|wants?)\\b',
    'requires',
  ],
  [
    '\\b(connection|receiver|profile|rule|column|config|server|program|state|history)s? (knows?|tells?|wants?)\\b',
    'has, reports, requires',
  ],
  ['\\bhangs? on\\b', 'depends on'],
  [
    '\\b(behaviour|colour|favour|honour|neighbour|judgement|catalogue(?!/)|centre|licence|grey|whilst|amongst|labelled(?!by)|cancelled|modell|travell)\\w*',
    'the American spelling',
  ],
  [
    '\\b(organis|recognis|normalis|serialis|initialis|summaris|optimis|minimis|maximis|capitalis)(e|ed|es|ing|ation)\\b',
    'the American spelling (-ize)',
  ],
];

/** What stays although it matches, and why. `file` is a path or a folder; `text` must be in the line. */
const EXCEPTIONS = [
  ...[
    'src/model/published-json.ts',
    'tests/model/published-json.test.ts',
    'tests/explain/command.test.ts',
  ].map((file) => ({ file, text: 'mend', why: 'a JSON key that other programs read' })),
  ...["'nobody'", 'NOBODY', 'Tell-Nobody', "'somebody", 'user: nobody'].map((text) => ({
    file: 'tests',
    text,
    why: 'a user, a connection or a value of a test',
  })),
  { file: '.config/language.js', text: '', why: 'the list itself' },
  { file: 'tests/language.test.ts', text: '', why: 'proves that the list is in force' },
];

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PLACES = [
  'src',
  'tests',
  'scripts',
  'config',
  '.config',
  '.github',
  '.ci',
  'README.md',
  'CHANGELOG.md',
  'Dockerfile',
  'compose.yaml',
  'package.json',
];
const TEXTS = /\.(ts|js|md|yaml|yml|json|sql|ps1|xml|service|timer|txt)$|\/[^./]+$/;

const filesOf = (place) =>
  statSync(place).isDirectory()
    ? readdirSync(place)
        .sort()
        .flatMap((name) => filesOf(join(place, name)))
    : [place];

const isException = (file, line) =>
  EXCEPTIONS.some(
    (each) => (file === each.file || file.startsWith(`${each.file}/`)) && line.includes(each.text),
  );

const patterns = DENIED.map(([pattern, instead]) => [new RegExp(pattern, 'i'), instead]);

function hitsOf(path) {
  const file = relative(ROOT, path).split(sep).join('/');
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, at) =>
      isException(file, line)
        ? []
        : patterns.flatMap(([pattern, instead]) => {
            const found = pattern.exec(line);
            return found === null ? [] : [`${file}:${at + 1}: "${found[0].trim()}": write ${instead}`];
          }),
    );
}

const given = process.argv.slice(2);
const files = (given.length > 0 ? given : PLACES.map((place) => join(ROOT, place))).flatMap(filesOf);
const hits = files.filter((file) => TEXTS.test(file)).flatMap(hitsOf);
if (hits.length > 0) {
  console.error(
    `${hits.join('\n')}\n${hits.length} words or phrases are on the deny list (.config/language.js).`,
  );
  process.exitCode = 1;
}
