/** How long a pass measures. */
export interface Scale {
  /** How often each ratio is measured; its median is what counts. */
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Process starts per subject. */
  readonly starts: number;
  /** Jobs per platform. */
  readonly runs: number;
  /** Rows of the large table of tokens. */
  readonly rows: number;
}

export const FULL: Scale = { rounds: 5, warmUpMs: 500, measureMs: 2000, starts: 15, runs: 21, rows: 1_000_000 };
export const QUICK: Scale = { rounds: 3, warmUpMs: 150, measureMs: 400, starts: 5, runs: 7, rows: 100_000 };

export const CONNECTIONS = 32;
