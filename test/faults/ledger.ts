import type { Algorithm, Key } from '../support/wire.ts';

export type KeyState = Key['state'];

/** One change of an issuer's keys, as it was asked for. */
export type KeyStep =
  | { readonly kind: 'create'; readonly alg: Algorithm }
  | { readonly kind: 'rotate' }
  | { readonly kind: 'stage' }
  | { readonly kind: 'activate' | 'retire' | 'revoke'; readonly kid: string };

/** The states of one issuer's keys, by kid. */
export type KeyBook = ReadonlyMap<string, KeyState>;

export interface TokenEntry {
  readonly token: string;
  readonly kid: string;
  readonly slug: string;
  /** `asked`: a revocation was sent and never answered, so that either answer is right. */
  revoked: 'no' | 'asked' | 'yes';
}

/** What the daemon has acknowledged, written down outside of it. */
export interface Ledger {
  readonly issuers: Map<string, KeyBook>;
  /** The one change per issuer that was under way and not acknowledged. */
  readonly pending: Map<string, KeyStep>;
  readonly tokens: Map<string, TokenEntry>;
}

export function openLedger(): Ledger {
  return { issuers: new Map(), pending: new Map(), tokens: new Map() };
}

/** The key states after `step`; `newKid` is the key that it brought, where it brings one. */
export function applyStep(book: KeyBook, step: KeyStep, newKid: string | null): KeyBook {
  const after = new Map(book);
  const replaceActive = (kid: string | null): void => {
    for (const [other, state] of after) if (state === 'active') after.set(other, 'retiring');
    if (kid !== null) after.set(kid, 'active');
  };
  switch (step.kind) {
    case 'create':
    case 'rotate':
      replaceActive(newKid);
      break;
    case 'stage':
      if (newKid !== null) after.set(newKid, 'next');
      break;
    case 'activate':
      replaceActive(step.kid);
      break;
    case 'retire':
      after.set(step.kid, 'retired');
      break;
    case 'revoke':
      if (after.get(step.kid) === 'active') replaceActive(newKid);
      after.set(step.kid, 'revoked');
      break;
  }
  return after;
}

/** A legal next step; steps whose outcome would depend on more than the book are not among them. */
export function chooseStep(book: KeyBook): KeyStep {
  const kids = (state: KeyState): string[] => [...book].filter(([, has]) => has === state).map(([kid]) => kid);
  const [staged] = kids('next');
  const retiring = kids('retiring');
  const [oldest] = retiring;
  if (oldest !== undefined && retiring.length > 2) return { kind: pick(['retire', 'revoke']), kid: oldest };
  if (staged !== undefined) return { kind: pick(['activate', 'activate', 'retire']), kid: staged };
  const [active] = kids('active');
  if (active !== undefined && Math.random() < 0.1) return { kind: 'revoke', kid: active };
  return { kind: pick(['stage', 'rotate']) };
}

function pick<T>(choices: readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)] as T;
}

/**
 * Settles an issuer after a crash: its keys must be as they were acknowledged, or as the one change under way would
 * have left them, and nothing in between. Returns the states that hold from now on.
 * @throws Error with both sides when they are neither.
 */
export function settleBook(book: KeyBook, pending: KeyStep | undefined, found: readonly Key[]): KeyBook {
  const actual = new Map(found.map((key) => [key.kid, key.state]));
  const added = [...actual.keys()].filter((kid) => !book.has(kid));
  const legal = [book, ...(pending ? [applyStep(book, pending, added[0] ?? null)] : [])];
  const active = [...actual.values()].filter((state) => state === 'active').length;
  if (active === 1 && added.length <= 1 && legal.some((candidate) => areSame(candidate, actual))) return actual;
  throw new Error(
    `keys are ${print(actual)}, acknowledged were ${print(book)}, under way was ${JSON.stringify(pending ?? null)}`,
  );
}

function areSame(one: KeyBook, other: KeyBook): boolean {
  return one.size === other.size && [...one].every(([kid, state]) => other.get(kid) === state);
}

function print(book: KeyBook): string {
  return JSON.stringify([...book].map(([kid, state]) => `${kid.slice(0, 8)} ${state}`));
}

/** The reason with which a token must now be refused; null when it must be accepted, undefined when both are right. */
export function foresee(ledger: Ledger, entry: TokenEntry): string | null | undefined {
  const state = ledger.issuers.get(entry.slug)?.get(entry.kid);
  if (state === 'revoked') return 'key_revoked';
  if (state === 'retired') return 'key_retired';
  if (entry.revoked === 'asked') return undefined;
  return entry.revoked === 'yes' ? 'token_revoked' : null;
}
