import { fstatSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { MintmarkError } from '../../problem.ts';

/** One side of a terminal or pipe. */
export interface TextSink {
  /** @param done is called when the text has been handed over, with an error when it could not be */
  write(text: string, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean | undefined;
  /** Of a terminal: the characters of a line. */
  readonly columns?: number | undefined;
  /** What the system knows it by. */
  readonly fd?: number | undefined;
}

/** Everything of the outside world that a command touches by itself. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Writes a text and waits until it has been handed over. @throws MintmarkError `internal` when it cannot be */
export function writeWhole(sink: TextSink, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(text, (error) => {
      if (!error) return resolve();
      const reason = 'code' in error ? String(error.code) : error.message;
      reject(new MintmarkError('internal', `the output cannot be written (${reason})`, { cause: error }));
    });
  });
}

/** Is what is written there kept in a file that other users can read? Windows has no modes that would tell. */
export function isReadByOthers({ fd }: TextSink): boolean {
  if (fd === undefined || process.getuid === undefined) return false;
  const stats = fstatSync(fd);
  return stats.isFile() && (stats.mode & 0o044) !== 0;
}

/** The characters of a line where they count: on a terminal that tells. */
export function readWidth({ isTTY, columns }: TextSink): number | null {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : null;
}

/** Colour is for terminals, unless NO_COLOR is set to anything (no-color.org) or the terminal knows none. */
export function wantsColour(io: Io, sink: TextSink): boolean {
  return sink.isTTY === true && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}
