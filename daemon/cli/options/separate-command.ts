import type { Option } from 'commander';

/**
 * Puts `--` before the first word of a command that is run, where it was forgotten: from there on all words, also those
 * that look like options of ours, are the command's.
 *
 * @param name of our own command that runs it; a command line of another one (`help run`) stays as it is
 * @param options that our own command line has there
 */
export function separateCommand(
  argv: readonly string[],
  name: string,
  options: readonly Pick<Option, 'short' | 'long' | 'required'>[],
): readonly string[] {
  const withValue = new Set(options.filter(({ required }) => required).flatMap(({ short, long }) => [short, long]));
  const operands: number[] = [];
  for (let at = 0; at < argv.length && operands.length < 2; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return argv;
    if (withValue.has(word)) at += 1;
    else if (!word.startsWith('-') || word === '-') operands.push(at);
  }
  const [own = -1, first] = operands;
  if (argv[own] !== name || first === undefined) return argv;
  return [...argv.slice(0, first), '--', ...argv.slice(first)];
}
