import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { MintmarkError } from '../../problem.ts';

/** Reads flags and nothing else. @throws MintmarkError `usage` for one that there is not */
export function readFlags<const T extends ParseArgsOptionsConfig>(words: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...words], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new MintmarkError('usage', cause instanceof Error ? cause.message : undefined, { cause });
  }
}
