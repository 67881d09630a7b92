/**
 * Runs something once, after so many ms that the machine was awake; keeps no daemon alive. Returns the way to call it
 * off.
 */
export function startQuietTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
}
