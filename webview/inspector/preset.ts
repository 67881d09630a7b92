import type { InspectorSnapshot } from '../protocol.ts';
import type { TokenView } from './read-token.ts';

export interface Preset {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * What the form proposes: the token's own issuer only if it is known here, so that one press never reaches out to a
 * place that the token chose; the token's own audience as a first guess.
 */
export function presetForm(
  { decoded }: TokenView,
  { issuers, expect }: Pick<InspectorSnapshot, 'issuers' | 'expect'>,
): Preset {
  if (expect !== null) return { issuer: expect.issuer, audience: expect.audience.join(', ') };
  const { iss, aud } = decoded.claims ?? {};
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return {
    issuer: issuers.find(({ url }) => url === iss)?.url ?? '',
    audience: named
      .filter((value) => typeof value === 'string' && value.length <= 2_048)
      .slice(0, 1)
      .join(''),
  };
}

/** An issuer that is not on this machine: verifying fetches its keys. */
export function isElsewhere(issuer: string, { issuers }: Pick<InspectorSnapshot, 'issuers'>): boolean {
  return issuer !== '' && !issuers.some(({ url, local }) => local && url === issuer);
}
