import { MintmarkError } from '../../problem.ts';
import { writeDuration } from '../../token/time-words.ts';

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
 * Makes a parser of durations from `least` to `most`, both in seconds; it returns whole seconds.
 *
 * @throws MintmarkError (the parser that it makes) `usage`
 */
export function parseDurationWithin(least: number, most: number): (text: string) => number {
  return (text) => {
    const seconds = parseDuration(text);
    if (seconds >= least && seconds <= most) return seconds;
    throw new MintmarkError('usage', `'${text}' is not between ${writeDuration(least)} and ${writeDuration(most)}`);
  };
}

function assertCountable(seconds: number): number {
  if (!Number.isSafeInteger(seconds)) throw new MintmarkError('usage', 'the duration is too long');
  return seconds;
}
