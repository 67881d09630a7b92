import { setTimeout as pause } from 'node:timers/promises';

/** How long something that a key or a click should bring about is waited for before it is tried again, milliseconds. */
export const PATIENCE_MS = 1_500;

/** Does it happen, in the time that it was given? */
export function happens(event: Promise<unknown>): Promise<boolean> {
  return event.then(
    () => true,
    () => false,
  );
}

/** Does it come to hold in this time? What the probe throws is a failure, not an answer. */
export async function comesToHold(probe: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if (await probe()) return true;
    if (Date.now() > deadline) return false;
    await pause(20);
  }
}
