import jsonwebtoken from 'jsonwebtoken';
import { JwksClient } from 'jwks-rsa';
import { expectStatus } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { AUDIENCE, describeClient } from '../support/third-party.ts';

/** jsonwebtoken knows no EdDSA. jwks-rsa caches key by key and asks again for one that it does not know. */
describeClient({
  name: 'jwks-rsa with jsonwebtoken',
  algorithms: ['RS256', 'PS256', 'ES256', 'ES384'],
  refetches: true,
  judgesClaims: true,
  open: async (issuer, algorithm) => {
    const discovery = await ask(`${issuer}/.well-known/openid-configuration`);
    const { jwks_uri } = expectStatus<{ jwks_uri: string }>(discovery, 200);
    const keys = new JwksClient({ jwksUri: jwks_uri });
    return {
      verify: async (token) => {
        const decoded = jsonwebtoken.decode(token, { complete: true });
        const key = await keys.getSigningKey(decoded?.header.kid);
        const options = { issuer, audience: AUDIENCE, algorithms: [algorithm as jsonwebtoken.Algorithm] };
        const claims = jsonwebtoken.verify(token, key.getPublicKey(), options);
        if (typeof claims === 'string') throw new Error('the payload is no object');
        return claims;
      },
    };
  },
});
