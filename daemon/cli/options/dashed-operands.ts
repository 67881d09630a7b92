/** Commands that are given a name which others chose: a kid in base64url begins with a hyphen once in 64 times. */
const TAKE_A_NAME: Readonly<Record<string, readonly string[]>> = {
  keys: ['activate', 'retire', 'revoke', 'export'],
  tokens: ['show', 'revoke'],
};
/** Options of theirs that take a value. */
const WITH_VALUE: ReadonlySet<string> = new Set(['--home', '--issuer', '--format', '--confirm', '--output', '--after']);
/** No option has as many characters; a thumbprint (RFC 7638) has 43. */
const NO_OPTION = 40;

/**
 * Puts a name that looks like an option behind `--`, where it is read as what it is. Ours are all spelt out, but for
 * `-h` and `-V`: a name begins with one hyphen, or is longer than any of them.
 */
export function protectOperands(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word, index) => TAKE_A_NAME[argv[index - 1] ?? '']?.includes(word) === true);
  if (at < 0 || argv.includes('--')) return argv;
  const isOperand = (word: string, index: number): boolean =>
    index > at && !WITH_VALUE.has(argv[index - 1] ?? '') && isDashedName(word);
  const operands = argv.filter(isOperand);
  if (operands.length === 0) return argv;
  return [...argv.filter((word, index) => !isOperand(word, index)), '--', ...operands];
}

function isDashedName(word: string): boolean {
  if (word.startsWith('--')) return word.length >= NO_OPTION;
  return word.startsWith('-') && !['-', '-h', '-V'].includes(word);
}
