import { MintmarkError } from '../problem.ts';
import { writeDuration } from '../token/time-words.ts';

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const FORM = /^(?:\d+|(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?)$/;

/**
 * Reads a duration such as `90`, `90s`, `5m`, `1h30m` or `7d`.
 *
 * @returns whole seconds
 * @throws MintmarkError `usage`
 */
export function parseDuration(text: string): number {
  if (text === '' || !FORM.test(text)) {
    throw new MintmarkError('usage', `'${text}' is no duration; write seconds or a form such as 90s, 5m, 1h30m, 7d`);
  }
  if (/^\d+$/.test(text)) return assertCountable(Number(text));
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  return assertCountable(
    parts.reduce((total, [, count, unit]) => total + Number(count) * UNITS[unit as keyof typeof UNITS], 0),
  );
}

/**
 * A parser of the durations that an option takes.
 *
 * @param flag names the option in an error
 * @param least seconds
 * @param most seconds
 */
export function parseDurationWithin(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const seconds = parseDuration(text);
    if (seconds >= least && seconds <= most) return seconds;
    throw new MintmarkError('usage', `${flag} ${text}: give ${writeDuration(least)} to ${writeDuration(most)}`);
  };
}

function assertCountable(seconds: number): number {
  if (!Number.isSafeInteger(seconds)) throw new MintmarkError('usage', 'the duration is too long');
  return seconds;
}
