import { env } from 'vscode';
import type { MintedToken } from '../../../daemon/protocol/resources.ts';
import type { Expectation } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';
import type { Destination, MintRequest } from './mint-request.ts';

type Places = Pick<FeatureContext, 'session' | 'watches'>;

/** Mints what was confirmed and puts it where the person has it. The model learns everything but the token. */
export async function mintForModel(
  places: Places,
  { mint, destination }: MintRequest,
): Promise<Readonly<Record<string, unknown>>> {
  const minted = await places.session.call('tokens.mint', mint);
  await putToken(places, destination, minted);
  const { jti, kid, issuer, claims, expiresAt } = minted;
  return { minted: true, placedIn: destination, jti, kid, issuer, expiresAt, claims };
}

async function putToken({ watches }: Places, destination: Destination, minted: MintedToken): Promise<void> {
  if (destination === 'clipboard') return await env.clipboard.writeText(minted.token);
  await watches.pin(minted.token, { issuer: minted.issuer, ...readAudience(minted.claims.aud) });
}

function readAudience(aud: unknown): Pick<Expectation, 'audience'> {
  if (typeof aud === 'string') return { audience: aud };
  const named = Array.isArray(aud) ? aud.filter((each) => typeof each === 'string') : [];
  return named.length > 0 ? { audience: named } : {};
}
