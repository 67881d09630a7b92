import { describe } from 'vitest';
import { hasPythonModule, openPythonClient } from '../support/line-client.ts';
import { AUDIENCE, describeClient } from '../support/third-party.ts';
import { ALGORITHMS } from '../support/wire.ts';

describe.skipIf(!hasPythonModule('jwt'))("PyJWT (needs Debian's python3-jwt and python3-cryptography)", () => {
  describeClient({
    name: 'PyJWKClient',
    algorithms: ALGORITHMS,
    refetches: true,
    judgesClaims: true,
    open: async (issuer, algorithm) => openPythonClient('pyjwt_client.py', { issuer, algorithm, audience: AUDIENCE }),
  });
});
