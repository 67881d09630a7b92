import type { Clock, ControllableClock } from '../../live/clock.ts';
import { MintmarkError } from '../../problem.ts';
import type { OperationOutput, OperationRequest } from '../../protocol/operations.ts';
import { formatMilliseconds } from '../../token/time-words.ts';

/** The daemon's clock, and the same once more where it may be set. */
export interface DaemonClock {
  readonly clock: Clock;
  /** null without `--clock-control`. */
  readonly control: ControllableClock | null;
}

export function showClock({ clock, control }: DaemonClock): OperationOutput<'clock.show'> {
  const { frozen, offsetMs } = control?.state() ?? { frozen: false, offsetMs: 0 };
  return {
    now: formatMilliseconds(clock.now()),
    frozen,
    offsetSeconds: offsetMs / 1_000,
    controllable: control !== null,
  };
}

/** The last instant that RFC 3339 can write. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Moves the time: first back to the machine's, then frozen or running, then ahead. Everything that this makes due has
 * run when it returns.
 *
 * @throws MintmarkError `clock_control_disabled`, `invalid_request` beyond the year 9999; nothing has then moved.
 */
export function setClock(
  daemonClock: DaemonClock,
  { freeze, advanceSeconds, reset }: OperationRequest<'clock.set'>,
): OperationOutput<'clock.set'> {
  const { control } = daemonClock;
  if (control === null) throw new MintmarkError('clock_control_disabled');
  const { now, offsetMs } = control.state();
  const from = typeof freeze === 'string' ? Date.parse(freeze) : reset ? now - offsetMs : now;
  if (from + (advanceSeconds ?? 0) * 1_000 > LAST_MS) {
    throw new MintmarkError('invalid_request', 'The time goes up to the end of the year 9999');
  }
  if (reset) control.reset();
  if (freeze === false) control.resume();
  else if (freeze === true) control.freeze();
  else if (freeze !== undefined) control.freeze(Date.parse(freeze));
  if (advanceSeconds !== undefined) control.advance(advanceSeconds * 1_000);
  return showClock(daemonClock);
}
