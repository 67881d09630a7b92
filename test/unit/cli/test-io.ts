import { Readable } from 'node:stream';
import type { Io } from '../../../daemon/cli/terminal/io.ts';

/** An outside world that remembers what was said to it. */
export interface TestIo extends Io {
  stdoutText(): string;
  stderrText(): string;
}

export function createTestIo(
  options: { env?: Record<string, string>; stdin?: string; isTTY?: boolean; columns?: number } = {},
): TestIo {
  let stdout = '';
  let stderr = '';
  return {
    env: options.env ?? {},
    stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: {
      isTTY: options.isTTY,
      columns: options.columns,
      write: (text, done) => {
        stdout += text;
        done?.();
      },
    },
    stderr: {
      isTTY: options.isTTY,
      write: (text) => {
        stderr += text;
      },
    },
    now: () => 1_800_000_000_000,
    stdoutText: () => stdout,
    stderrText: () => stderr,
  };
}
