import { type Replacement, writeVariable } from './literal-quotes.ts';

/** The name under which a program gets its token instead of having it in its text (CONTRACT §3). */
export const VARIABLE = 'MINTMARK_TOKEN';

/** How a language reads an environment variable: alone in the place of a string, and inside one. */
interface Spelling {
  readonly expression: string;
  /** The string with `Bearer ` and the like in front; null where that takes more than a few characters. */
  readonly inside: ((before: string, after: string) => string) | null;
}

const SCRIPT: Spelling = {
  expression: `process.env.${VARIABLE}`,
  inside: (before, after) => `\`${before}\${process.env.${VARIABLE}}${after}\``,
};

/** Languages in which a token stands in a string literal. */
const PROGRAMS: Readonly<Record<string, Spelling>> = {
  javascript: SCRIPT,
  javascriptreact: SCRIPT,
  typescript: SCRIPT,
  typescriptreact: SCRIPT,
  python: {
    expression: `os.environ["${VARIABLE}"]`,
    inside: (before, after) => `f"${before}{os.environ['${VARIABLE}']}${after}"`,
  },
  ruby: {
    expression: `ENV.fetch("${VARIABLE}")`,
    inside: (before, after) => `"${before}#{ENV.fetch('${VARIABLE}')}${after}"`,
  },
  go: { expression: `os.Getenv("${VARIABLE}")`, inside: null },
  java: { expression: `System.getenv("${VARIABLE}")`, inside: null },
  kotlin: { expression: `System.getenv("${VARIABLE}")`, inside: null },
  csharp: { expression: `Environment.GetEnvironmentVariable("${VARIABLE}")`, inside: null },
  rust: { expression: `std::env::var("${VARIABLE}")?`, inside: null },
  php: { expression: `getenv('${VARIABLE}')`, inside: null },
};

/** Who reads a reference, and where not: `null` where no quotes of the text keep it from being read. */
interface Place {
  readonly languages?: readonly string[];
  readonly paths: RegExp;
  readonly reference: string;
  readonly quotes: { readonly escaper: '\\' | '`'; readonly canJoin: boolean } | null;
}

const BRACED = `\${${VARIABLE}}`;

/**
 * Texts in which a reference is written as it is; the first that fits. Others are offered none: what nobody expands
 * would be taken for the token.
 */
const PLACES: readonly Place[] = [
  { paths: /\.(?:http|rest)$/i, reference: `{{$processEnv ${VARIABLE}}}`, quotes: null },
  // Expanded before a shell reads the line.
  {
    paths: /[\\/]\.github[\\/](?:workflows|actions)[\\/].*\.ya?ml$/i,
    reference: `\${{ secrets.${VARIABLE} }}`,
    quotes: null,
  },
  { paths: /\.gitlab-ci\.ya?ml$/i, reference: `$${VARIABLE}`, quotes: { escaper: '\\', canJoin: false } },
  { paths: /[\\/](?:docker-)?compose(?:\.[\w-]+)?\.ya?ml$/i, reference: BRACED, quotes: null },
  // The editor expands these, but not `settings.json`.
  { paths: /[\\/]\.vscode[\\/](?:launch|tasks|mcp)\.json$/i, reference: `\${env:${VARIABLE}}`, quotes: null },
  {
    languages: ['powershell'],
    paths: /\.ps[md]?1$/i,
    reference: `$env:${VARIABLE}`,
    quotes: { escaper: '`', canJoin: false },
  },
  { languages: ['bat'], paths: /\.(?:cmd|bat)$/i, reference: `%${VARIABLE}%`, quotes: null },
  { languages: ['makefile'], paths: /[\\/]GNUmakefile$|\.mk$/i, reference: `$(${VARIABLE})`, quotes: null },
  { languages: ['fish'], paths: /\.fish$/i, reference: `$${VARIABLE}`, quotes: { escaper: '\\', canJoin: true } },
  {
    languages: ['shellscript'],
    paths: /\.(?:ba|z|k)?sh$/i,
    reference: BRACED,
    quotes: { escaper: '\\', canJoin: true },
  },
  {
    languages: ['dotenv'],
    paths: /(?:^|[\\/.])env(?:\.[\w.-]+)?$/i,
    reference: BRACED,
    quotes: { escaper: '\\', canJoin: false },
  },
];

/** A token in a line of a document. */
export interface PlaceInText {
  readonly languageId: string;
  readonly path: string;
  readonly line: string;
  readonly start: number;
  readonly end: number;
}

/**
 * What to write instead of a token so that it comes from the environment: `text` for `line.slice(start, end)`. Null
 * where the language has no way to say it there.
 */
export function referToEnvironment(place: PlaceInText): Replacement | null {
  const spelling = Object.hasOwn(PROGRAMS, place.languageId) ? PROGRAMS[place.languageId] : undefined;
  if (spelling === undefined) {
    const found = PLACES.find(
      ({ languages, paths }) => languages?.includes(place.languageId) || paths.test(place.path),
    );
    if (found === undefined) return null;
    const { reference, quotes } = found;
    if (quotes === null) return { start: place.start, end: place.end, text: reference };
    return writeVariable(place, reference, quotes);
  }
  const literal = findLiteral(place);
  if (literal === null) return null;
  const { start, end } = literal;
  const before = place.line.slice(start + 1, place.start);
  const after = place.line.slice(place.end, end - 1);
  if (before === '' && after === '') return { start, end, text: spelling.expression };
  // What would be read as code, or as the end of the new string, is left to the person.
  if (spelling.inside === null || /[`'"\\{}$#]/.test(before + after)) return null;
  return { start, end, text: spelling.inside(before, after) };
}

/** The plain string literal around the token; a prefix such as `f` or `r` makes it something else. */
function findLiteral({ line, start, end }: PlaceInText): { start: number; end: number } | null {
  const opening = /(?<![\w`'"\\])(["'`])[^"'`\\]*$/.exec(line.slice(0, start));
  if (opening === null) return null;
  const closing = line.slice(end).search(/["'`\\]/);
  if (closing < 0 || line[end + closing] !== opening[1]) return null;
  return { start: opening.index, end: end + closing + 1 };
}
