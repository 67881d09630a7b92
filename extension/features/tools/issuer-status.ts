import type { DaemonSession } from '../../daemon/session.ts';

/** How the issuer is, for a language model: what its discovery documents tell anyone, and whether it runs. */
export function describeStatusForModel({
  state,
  issuers,
}: Pick<DaemonSession, 'state' | 'issuers'>): Readonly<Record<string, unknown>> {
  return {
    state: state.kind,
    ...(state.kind === 'running' && { baseUrl: state.baseUrl, version: state.version, degraded: state.degraded }),
    ...(state.kind === 'failed' && { code: state.code }),
    ...(state.kind === 'unavailable' && { why: state.why }),
    issuers: issuers.map(({ slug, platform, url, jwksUri, alg, tokenTtlSeconds, rotation, keys }) => ({
      slug,
      platform,
      url,
      jwksUri,
      alg,
      tokenTtlSeconds,
      rotation,
      keys: keys.map((key) => ({
        kid: key.kid,
        alg: key.alg,
        state: key.state,
        canSign: key.canSign,
        createdAt: key.createdAt,
        signsFrom: key.signsFrom,
        verifiesUntil: key.verifiesUntil,
      })),
    })),
  };
}
