import type { OperationInput, OperationOutput } from '../../protocol/operations.ts';
import type { KeySet } from '../../verify/keys.ts';
import type { Session } from '../session.ts';

export type Verdict = OperationOutput<'verify'>;

export interface TokenQuestion {
  readonly token: string;
  readonly expect: NonNullable<OperationInput<'verify'>['expect']>;
}

/** Judges a token in this process by the given keys. */
export async function judgeHere(session: Session, { token, expect }: TokenQuestion, keys: KeySet): Promise<Verdict> {
  const { readToken, judgeToken } = await import('../../verify/verify-token.ts');
  const verdict = judgeToken(readToken(token), keys, expect, session.io.now());
  return { ...verdict, checks: [...verdict.checks], header: verdict.header, claims: verdict.claims };
}

/**
 * Says that our own daemon, which would be at `baseUrl`, is away, and how to start it. With --json the verdict says it.
 */
export function tellAway(session: Session, baseUrl: string): void {
  if (session.json) return;
  session.tell(`your own daemon (${baseUrl}) is not running; start it: ${session.nameCommand('start')}`);
}

/** The same as what a key source answers. */
export function failAway<C extends 'issuer_unreachable' | 'keys_unavailable'>(baseUrl: string, code: C) {
  return { ok: false, code, detail: `Your own daemon (${baseUrl}) is not running.` } as const;
}
