/** An instant on the wire (RFC 3339, UTC) of milliseconds since the epoch; whole seconds are written without a fraction. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

export function toInstantOrNull(ms: number | null): string | null {
  return ms === null ? null : toInstant(ms);
}
