import { MintmarkError } from '../../problem.ts';
import { UNSAFE_CHARACTERS } from '../../token/safe-text.ts';

export const ENVIRONMENT_FORMATS = ['sh', 'dotenv', 'json'] as const;
export type EnvironmentFormat = (typeof ENVIRONMENT_FORMATS)[number];

/** A name that a shell can export (POSIX, Base Definitions §8.1). */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Single quotes take everything but themselves as it is (POSIX, Shell Command Language §2.2.2). */
const quoteForShell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Bytes that a terminal would act on as octal numbers of `$'…'` (POSIX.1-2024, §2.2.4): a shell reads the same value.
 */
function quoteForTerminal(text: string): string {
  if (text.search(UNSAFE_CHARACTERS) < 0) return quoteForShell(text);
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(UNSAFE_CHARACTERS, (found) =>
      Array.from(Buffer.from(found), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
    );
  return `$'${escaped}'`;
}

/**
 * Lines for `eval`, with `programs` at the front of PATH. Names that no shell can export are left out.
 * @param isShown a terminal shows them: nothing in a value may act on it
 */
export function formatForShell(
  unset: readonly string[],
  variables: Readonly<Record<string, string>>,
  programs: string | null,
  isShown = false,
): string {
  const quote = isShown ? quoteForTerminal : quoteForShell;
  const gone = unset.filter((name) => SHELL_NAME.test(name));
  const set = Object.entries(variables).filter(([name]) => SHELL_NAME.test(name));
  return [
    ...(gone.length === 0 ? [] : [`unset ${gone.join(' ')}`]),
    ...set.map(([name, value]) => `export ${name}=${quote(value)}`),
    ...(programs === null ? [] : [`export PATH=${quote(programs)}:"$PATH"`]),
  ].join('\n');
}

export interface DotenvText {
  readonly text: string;
  /** Variables whose quotes `docker --env-file` would take for a part of the value. */
  readonly quoted: readonly string[];
}

/**
 * `NAME=value` lines. docker takes a value as it stands; act (godotenv) expands `$`, ends it at ` #` and takes off
 * outer quotes and blanks. What both read alike is written bare, anything else in single quotes for act.
 *
 * @throws MintmarkError `usage` for a value that cannot be written: one with a line break, with quotes that need
 *   quotes, or with a backslash at its end
 */
export function formatForDotenv(variables: Readonly<Record<string, string>>): DotenvText {
  const quoted: string[] = [];
  const lines = Object.entries(variables).map(([name, value]) => {
    if (/[\r\n\0]/.test(value)) throw refuse(name, 'a line break');
    if (isReadAlike(value)) return `${name}=${value}`;
    if (value.includes("'")) throw refuse(name, 'both a single quote and something that needs quotes');
    // godotenv takes the quote behind it for a part of the value.
    if (value.endsWith('\\')) throw refuse(name, 'a backslash at its end');
    quoted.push(name);
    return `${name}='${value}'`;
  });
  return { text: lines.join('\n'), quoted };
}

function isReadAlike(value: string): boolean {
  return !/[$\\]|(?:^|\s)#|^["'\s]|\s$/.test(value);
}

function refuse(name: string, what: string): MintmarkError {
  return new MintmarkError('usage', `${name} has ${what}, which a dotenv file cannot say; take --format sh or json`);
}
