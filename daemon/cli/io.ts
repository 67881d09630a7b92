import type { Readable } from 'node:stream';

/** One side of a terminal or pipe. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Of a terminal: the characters of a line. */
  readonly columns?: number | undefined;
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

/** The characters of a line where they count: on a terminal that tells. */
export function readWidth({ isTTY, columns }: TextSink): number | null {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : null;
}

/** Colour is for terminals, unless NO_COLOR is set to anything (no-color.org) or the terminal knows none. */
export function wantsColour(io: Io, sink: TextSink): boolean {
  return sink.isTTY === true && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}
