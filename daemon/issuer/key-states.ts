import { MintmarkError } from '../problem.ts';
import type { KeyState } from '../protocol/resources.ts';

/**
 * What can happen to a signing key. `plan` says when it will be activated; `supersede` is what an activation does to
 * the key that signed until then, and what becomes of an imported one that signed before, elsewhere; `retire` is done
 * by hand or when a superseded key's time is over.
 */
export type KeyAction = 'plan' | 'activate' | 'supersede' | 'retire' | 'revoke';

const TRANSITIONS: Readonly<Record<KeyAction, Partial<Record<KeyState, KeyState>>>> = {
  plan: { next: 'next' },
  activate: { next: 'active' },
  supersede: { next: 'retiring', active: 'retiring' },
  retire: { next: 'retired', retiring: 'retired' },
  revoke: { next: 'revoked', active: 'revoked', retiring: 'revoked', retired: 'revoked', revoked: 'revoked' },
};

/** What cannot be done to a key, in the words of a refusal. */
const PARTICIPLES: Readonly<Record<KeyAction, string>> = {
  plan: 'planned to sign later',
  activate: 'activated',
  supersede: 'superseded',
  retire: 'retired',
  revoke: 'revoked',
};

/**
 * The state after `action`.
 * @throws MintmarkError `key_active` when the active key would be activated again or taken away without a replacement,
 *   `key_state` for every other step that there is not.
 */
export function nextKeyState(state: KeyState, action: KeyAction): KeyState {
  const next = TRANSITIONS[action][state];
  if (next !== undefined) return next;
  if (state === 'active') {
    throw new MintmarkError(
      'key_active',
      action === 'plan' || action === 'activate'
        ? 'This key is the active one already'
        : 'The active key signs: rotate first, or revoke it',
    );
  }
  throw new MintmarkError('key_state', `A key that is ${state} cannot be ${PARTICIPLES[action]}`);
}

/** States in which a key is in the JWKS. */
export function isPublished(state: KeyState): boolean {
  return state === 'next' || state === 'active' || state === 'retiring';
}

/** States in which a key still needs its private half: to sign now, or once it is activated. */
export function needsPrivateHalf(state: KeyState): boolean {
  return state === 'next' || state === 'active';
}

const ORDER: Readonly<Record<KeyState, number>> = { active: 0, next: 1, retiring: 2, retired: 3, revoked: 4 };

/** The order in which keys are shown and published: the active one first, then by state, newest first. */
export function compareKeys(a: { state: KeyState; id: number }, b: { state: KeyState; id: number }): number {
  return ORDER[a.state] - ORDER[b.state] || b.id - a.id;
}
