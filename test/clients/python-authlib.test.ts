import { describe } from 'vitest';
import { hasPythonModule, openPythonClient } from '../support/line-client.ts';
import { AUDIENCE, describeClient } from '../support/third-party.ts';
import { ALGORITHMS } from '../support/wire.ts';

describe.skipIf(!hasPythonModule('authlib'))("Authlib (needs Debian's python3-authlib)", () => {
  describeClient({
    name: 'Authlib JsonWebToken',
    algorithms: ALGORITHMS,
    refetches: true,
    judgesClaims: true,
    open: async (issuer, algorithm) => openPythonClient('authlib_client.py', { issuer, algorithm, audience: AUDIENCE }),
  });
});
