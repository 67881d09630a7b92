import { MintmarkError } from '../problem.ts';

/** Where this process was started. @throws MintmarkError `usage` when that directory is gone */
export function readWorkingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new MintmarkError('usage', 'the directory that you are in is gone: change to another one', { cause });
  }
}
