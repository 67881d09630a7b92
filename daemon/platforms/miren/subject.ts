import type { JobRefusal } from '../../protocol/jobs.ts';
import { quoteText } from '../../token/quote.ts';

/** Parts of a `sub` by label, in their order; an empty one is left out, but for the last. */
export type SubjectParts = readonly (readonly [label: string, value: string])[];

/** `org:acme:app:widgets:sandbox:sandbox/widgets-web-1`. */
export function formatSubject(parts: SubjectParts): string {
  return parts
    .filter(([, value], index) => value !== '' || index === parts.length - 1)
    .flat()
    .join(':');
}

/** A colon in a part could make one subject look like another: Miren refuses it (its `subject.go`). */
export function refuseDelimiter(parts: SubjectParts): JobRefusal | null {
  const bad = parts.find(([, value]) => value.includes(':'));
  if (bad === undefined) return null;
  const [label, value] = bad;
  return {
    code: 'subject',
    detail: `subject ${label} value ${quoteText(value)} contains reserved delimiter ":".`,
    mend: 'Choose one without a colon.',
  };
}
