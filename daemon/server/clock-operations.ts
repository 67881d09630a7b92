import { toInstant } from '../issuer/instants.ts';
import type { Clock, ControllableClock } from '../live/clock.ts';
import { MintmarkError } from '../problem.ts';
import type { OperationOutput, OperationRequest } from '../protocol/operations.ts';

/** The daemon's clock, and the same once more where it may be set. */
export interface DaemonClock {
  readonly clock: Clock;
  /** null without `--clock-control`. */
  readonly control: ControllableClock | null;
}

export function showClock({ clock, control }: DaemonClock): OperationOutput<'clock.show'> {
  const { frozen, offsetMs } = control?.state() ?? { frozen: false, offsetMs: 0 };
  return { now: toInstant(clock.now()), frozen, offsetSeconds: offsetMs / 1_000, controllable: control !== null };
}

/**
 * Moves the time: first back to the machine's, then frozen or running, then ahead. Everything that this makes due has
 * run when it returns.
 *
 * @throws MintmarkError `clock_control_disabled`.
 */
export function setClock(
  daemonClock: DaemonClock,
  { freeze, advanceSeconds, reset }: OperationRequest<'clock.set'>,
): OperationOutput<'clock.set'> {
  const { control } = daemonClock;
  if (control === null) throw new MintmarkError('clock_control_disabled');
  if (reset) control.reset();
  if (freeze === false) control.resume();
  else if (freeze === true) control.freeze();
  else if (freeze !== undefined) control.freeze(Date.parse(freeze));
  if (advanceSeconds !== undefined) control.advance(advanceSeconds * 1_000);
  return showClock(daemonClock);
}
