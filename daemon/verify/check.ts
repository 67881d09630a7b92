import type { VerdictCode } from '../token/errors.ts';
import type { Check, CheckName } from './verdict.ts';

/** A check that found nothing wrong. `detail` is a sentence for people. */
export function pass(name: CheckName, detail: string): Check {
  return { name, outcome: 'pass', code: null, detail };
}

/** A check that decides nothing here. `detail` says why, as a sentence for people. */
export function skip(name: CheckName, detail: string): Check {
  return { name, outcome: 'skip', code: null, detail };
}

/** A check that refuses the token. `detail` is a sentence for people. */
export function fail(name: CheckName, code: VerdictCode, detail: string): Check {
  return { name, outcome: 'fail', code, detail };
}

/** Words that were said of something, as a sentence of their own. */
export function toSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
