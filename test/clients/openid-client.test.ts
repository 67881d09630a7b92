import * as client from 'openid-client';
import { AUDIENCE, describeClient } from '../support/third-party.ts';
import { ALGORITHMS } from '../support/wire.ts';

const NONCE = 'n-0S6_WzA2Mj';

/**
 * As an OpenID Connect relying party: the token is the ID Token of an implicit flow, whose signature, issuer, audience,
 * times and nonce it judges with its own key cache (cool-down 60 seconds).
 */
describeClient({
  name: 'openid-client implicitAuthentication',
  algorithms: ALGORITHMS,
  token: { claims: { nonce: NONCE } },
  refetches: false,
  judgesClaims: true,
  open: async (issuer, algorithm) => {
    const metadata = { id_token_signed_response_alg: algorithm };
    const config = await client.discovery(new URL(issuer), AUDIENCE, metadata, client.None(), {
      execute: [client.allowInsecureRequests],
    });
    client.useIdTokenResponseType(config);
    return {
      verify: async (token) => {
        const callback = new URL(`https://rp.example.test/callback#id_token=${token}`);
        return { ...(await client.implicitAuthentication(config, callback, NONCE)) };
      },
    };
  },
});
