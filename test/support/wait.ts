import { setTimeout as pause } from 'node:timers/promises';

/**
 * How long a busy machine may need for what takes no time on an idle one: where fifteen processes share a core, one has
 * needed half of this to start. Shorter than any test may take, so that what gives up says what for.
 */
export const PATIENCE_MS = 45_000;

/**
 * Waits until `probe` answers something true-ish and hands it back. The pause between two probes is no part of any
 * check: only the condition is. Throws with `what` once `withinMs` are over.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = PATIENCE_MS,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) {
      return found as Exclude<T, undefined | null | false>;
    }
    if (Date.now() > deadline) throw new Error(`gave up waiting for: ${what}`);
    await pause(20);
  }
}

/** Waits until the expectations hold; what the last of them says is the failure. (vitest's own way waits a second.) */
export async function waitUntilHolds(check: () => void): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      check();
      return;
    } catch (failure) {
      if (Date.now() > deadline) throw failure;
    }
    await pause(20);
  }
}
