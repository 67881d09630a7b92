import * as oauth from 'oauth4webapi';
import { AUDIENCE, describeClient } from '../support/third-party.ts';
import { ALGORITHMS } from '../support/wire.ts';

/** As a resource server: RFC 9068 access tokens. Its key cache has a cool-down of 60 seconds that cannot be changed. */
describeClient({
  name: 'oauth4webapi validateJwtAccessToken',
  algorithms: ALGORITHMS,
  token: { header: { typ: 'at+jwt' }, claims: { client_id: 'acme' } },
  refetches: false,
  judgesClaims: true,
  open: async (issuer, algorithm) => {
    const url = new URL(issuer);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
    return {
      verify: async (token) => {
        const request = new Request('https://api.example.test/', { headers: { authorization: `Bearer ${token}` } });
        const claims = await oauth.validateJwtAccessToken(server, request, AUDIENCE, {
          ...insecure,
          signingAlgorithms: [algorithm],
        });
        return { ...claims };
      },
    };
  },
});
