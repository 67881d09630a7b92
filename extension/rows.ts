/**
 * Rows of the views. A command that is run from a row gets it as its first argument; rows name things and hold no
 * token: a watched one is looked up in the watch list by its id.
 */
export interface IssuerRow {
  readonly kind: 'issuer';
  readonly slug: string;
}

export interface KeyRow {
  readonly kind: 'key';
  readonly slug: string;
  readonly kid: string;
}

export interface WatchRow {
  readonly kind: 'watch';
  readonly watchId: string;
}

/** The record of a minted token; the token itself is not kept anywhere, but in the watch list while it is watched. */
export interface RecordRow {
  readonly kind: 'record';
  readonly jti: string;
  readonly watchId?: string;
}

export interface EventRow {
  readonly kind: 'event';
  readonly seq: number;
}

export type Row = IssuerRow | KeyRow | WatchRow | RecordRow | EventRow;

/** Is the argument of a command a row of this kind? Commands are open to every extension, so it may be anything. */
export function isRow<K extends Row['kind']>(argument: unknown, kind: K): argument is Extract<Row, { kind: K }> {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && argument.kind === kind;
}

/**
 * The watch that the argument of a command stands for: that of a watched token, or of a record whose token is watched.
 */
export function readWatchId(argument: unknown): string | undefined {
  return isRow(argument, 'watch') || isRow(argument, 'record') ? argument.watchId : undefined;
}
