import { createRemoteJWKSet, jwtVerify } from 'jose';
import { expectStatus } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { AUDIENCE, describeClient, type ThirdPartyClient } from '../support/third-party.ts';
import { ALGORITHMS } from '../support/wire.ts';

/** jose's own patience, five seconds, is less than a busy machine may need. */
const JWKS_MS = 60_000;

/** `coolDown` undefined: jose's own, 30 seconds. */
const joseClient = (name: string, coolDown?: number): ThirdPartyClient => ({
  name,
  algorithms: ALGORITHMS,
  refetches: coolDown === 0,
  judgesClaims: true,
  open: async (issuer, algorithm) => {
    const discovery = await ask(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri } = expectStatus<{ jwks_uri: string }>(discovery, 200);
    const keys = createRemoteJWKSet(new URL(jwks_uri), {
      timeoutDuration: JWKS_MS,
      ...(coolDown !== undefined && { cooldownDuration: coolDown }),
    });
    return {
      verify: async (token) =>
        (await jwtVerify(token, keys, { issuer, audience: AUDIENCE, algorithms: [algorithm], requiredClaims: ['exp'] }))
          .payload,
    };
  },
});

describeClient(joseClient('jose createRemoteJWKSet'));
describeClient(joseClient('jose createRemoteJWKSet without a cool-down', 0));
