/** Looks this often at most, ms. */
const LOOK_MS = 1_000;

export interface IdleExit {
  /** Something was asked of the daemon. */
  touch(): void;
  cancel(): void;
}

export interface IdleExitOptions {
  readonly seconds: number;
  /** Somebody is connected: then it is not idle however quiet. */
  readonly isBusy: () => boolean;
  readonly onIdle: () => void;
  readonly monotonicMs: () => number;
}

/** Calls `onIdle` once when nothing was asked and nobody was connected for so many seconds. */
export function createIdleExit({ seconds, isBusy, onIdle, monotonicMs }: IdleExitOptions): IdleExit {
  let seenAt = monotonicMs();
  const timer = setInterval(
    () => {
      if (isBusy()) seenAt = monotonicMs();
      if (monotonicMs() - seenAt < seconds * 1_000) return;
      clearInterval(timer);
      onIdle();
    },
    Math.min(LOOK_MS, (seconds * 1_000) / 4),
  );
  timer.unref();
  return {
    touch() {
      seenAt = monotonicMs();
    },
    cancel: () => clearInterval(timer),
  };
}
