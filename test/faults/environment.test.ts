import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mint, startDaemon, verify } from '../support/daemon.ts';
import { BUNDLE, makeHome, NODE, run } from '../support/program.ts';

describe('an odd environment', () => {
  const environments: [what: string, env: Record<string, string>][] = [
    ['an unknown time zone', { TZ: 'Nowhere/Never' }],
    ['an empty time zone', { TZ: '' }],
    ['a time zone far from UTC', { TZ: 'Pacific/Kiritimati' }],
    ['a Turkish locale', { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }],
    ['an empty HOME', { HOME: '' }],
    ['a proxy that is not there', { HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' }],
  ];

  it.each(environments)('does not change a token: %s', async (_what, env) => {
    const daemon = await startDaemon({ env });
    try {
      const { token, claims, expiresAt } = await mint(daemon);
      expect(Date.parse(expiresAt)).toBe(claims.exp * 1000);
      expect((await verify(daemon, token)).status).toBe('accepted');
    } finally {
      await daemon.stop();
    }
  });

  it.each(['with space', 'ümläut 世界', `quote's "double"`, 'line\nbreak', '$(touch x) `;&', '-dash', 'a'.repeat(200)])(
    'does not change a state directory called %j',
    async (name) => {
      const { parent, remove } = makeHome();
      mkdirSync(join(parent, 'odd'));
      const home = join(parent, 'odd', name);
      try {
        const daemon = await startDaemon({ home });
        const { token } = await mint(daemon);
        const outcome = await daemon.cli(
          [
            'verify',
            '-',
            '--url',
            `${daemon.baseUrl}/issuers/default`,
            '--audience',
            `${daemon.baseUrl}/issuers/default`,
          ],
          {
            input: token,
          },
        );
        expect(outcome).toMatchObject({ code: 0, stdout: 'Token verified\n' });
        await daemon.terminate();
      } finally {
        remove();
      }
    },
  );

  it('without HOME and MINTMARK_HOME starts in the place of the account, or says what is missing', async () => {
    const outcome = await run(NODE, [BUNDLE, 'status', '--json'], { env: { PATH: process.env.PATH ?? '' } }).done;
    expect([0, 2, 3]).toContain(outcome.code);
    expect(outcome.stderr).not.toContain('    at ');
  });
});
