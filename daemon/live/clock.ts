/** The daemon's time. Everything that is dated, scheduled or judged takes it from here. */
export interface Clock {
  /** Milliseconds since the epoch, integer. */
  now(): number;
  /** Runs `run` once when the time reaches `at` (ms); at once, but not inside this call, when it already has. */
  schedule(at: number, run: () => void): () => void;
}
