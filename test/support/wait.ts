import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until `probe` answers something true-ish and hands it back. The pause between two probes is no part of any
 * check: only the condition is. Throws with `what` once `withinMs` are over.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 20_000,
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
