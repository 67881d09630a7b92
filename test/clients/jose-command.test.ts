import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { describe } from 'vitest';
import { fetchJwks } from '../support/daemon.ts';
import { run } from '../support/program.ts';
import { describeClient } from '../support/third-party.ts';

const isInstalled = spawnSync('jose', ['alg']).status === 0;

/**
 * The command judges signatures, no claims. Its cache is the file of a shell script: fetched again for an unknown kid.
 */
describe.skipIf(!isInstalled)("the jose command (needs Debian's package jose)", () => {
  describeClient({
    name: 'jose jws ver',
    algorithms: ['RS256', 'PS256', 'ES256', 'ES384'],
    refetches: true,
    judgesClaims: false,
    open: async (issuer) => {
      const directory = mkdtempSync(join(tmpdir(), 'mintmark-jose-'));
      const path = join(directory, 'jwks.json');
      let kids = new Set<string>();
      const refresh = async (): Promise<void> => {
        const jwks = await fetchJwks(issuer);
        kids = new Set(jwks.keys.map(({ kid }) => kid));
        writeFileSync(path, JSON.stringify(jwks));
      };
      await refresh();
      return {
        verify: async (token) => {
          const { kid } = decodeProtectedHeader(token);
          if (!kids.has(kid ?? '')) await refresh();
          const outcome = await run('jose', ['jws', 'ver', '-i', '-', '-k', path, '-O', '-'], { input: token }).done;
          if (outcome.code !== 0) throw new Error(outcome.stderr);
          return JSON.parse(outcome.stdout) as Record<string, unknown>;
        },
        close: () => rmSync(directory, { recursive: true }),
      };
    },
  });
});
