import type { Expectation } from '../../verify/expectation.ts';
import type { Subject } from '../judging/verification.ts';

/** Subjects that are watched more than once are one object, so that they are read and judged once. */
export interface SharedSubjects {
  take(token: string, expect: Expectation): Subject;
  /** To be called as often as it was taken. */
  giveBack(subject: Subject): void;
}

export function createSharedSubjects(prepare: (token: string, expect: Expectation) => Subject): SharedSubjects {
  const byText = new Map<string, { readonly subject: Subject; users: number }>();
  const texts = new WeakMap<Subject, string>();
  return {
    take(token, expect) {
      const text = `${JSON.stringify(expect)} ${token}`;
      const known = byText.get(text);
      if (known !== undefined) {
        known.users += 1;
        return known.subject;
      }
      const subject = prepare(token, expect);
      byText.set(text, { subject, users: 1 });
      texts.set(subject, text);
      return subject;
    },
    giveBack(subject) {
      const text = texts.get(subject) ?? '';
      const known = byText.get(text);
      if (known === undefined) return;
      known.users -= 1;
      if (known.users === 0) byText.delete(text);
    },
  };
}
