import type { Readable } from 'node:stream';

/** One side of a terminal or pipe. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
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

/** Colour is for terminals, unless NO_COLOR is set to anything (no-color.org) or the terminal knows none. */
export function wantsColour(io: Io, sink: TextSink): boolean {
  return sink.isTTY === true && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}
