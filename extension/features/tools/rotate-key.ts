import type { DaemonSession } from '../../daemon/session.ts';
import { readToolInput } from './tool-input.ts';

export interface RotationRequest {
  readonly slug: string;
  readonly prepublish: boolean;
}

/** @throws ToolError */
export function readRotationRequest(input: unknown): RotationRequest {
  const { slug, flag } = readToolInput(input, ['issuer', 'prepublish']);
  return { slug: slug('issuer') ?? 'default', prepublish: flag('prepublish') };
}

/** Rotates as confirmed, and says which key does what from now on. */
export async function rotateForModel(
  session: DaemonSession,
  { slug, prepublish }: RotationRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const fresh = await session.call('keys.rotate', { slug, prepublish });
  const { items } = await session.call('keys.list', { slug });
  return {
    rotated: !prepublish,
    newKey: fresh.kid,
    keys: items.map(({ kid, alg, state, canSign, signsFrom, verifiesUntil }) => ({
      kid,
      alg,
      state,
      canSign,
      signsFrom,
      verifiesUntil,
    })),
  };
}
