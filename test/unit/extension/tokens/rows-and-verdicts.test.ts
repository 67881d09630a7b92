import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { importKey } from '../../../../daemon/issuer/import-key.ts';
import { createIssuer, deleteIssuer, listIssuers } from '../../../../daemon/issuer/issuers.ts';
import { retireKey, revokeKey, rotateKey } from '../../../../daemon/issuer/keys.ts';
import { openIssuers } from '../../../../daemon/issuer/open-issuers.ts';
import { listTokens, revokeToken } from '../../../../daemon/issuer/tokens.ts';
import { platformProfiles } from '../../../../daemon/platforms/profiles.ts';
import { createVerification } from '../../../../daemon/server/judging/verification.ts';
import { listTokenRows } from '../../../../extension/features/tokens/list-token-rows.ts';
import { BASE_URL, FAST, type Fixture, openFixture } from '../../issuer/setup.ts';

const PAGE = { limit: 50 };
const pem = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
);
interface Minted {
  readonly kid: string;
  readonly jti: string;
}

it.each<[string, string, (fixture: Fixture, minted: Minted) => unknown]>([
  ['nothing', 'accepted', () => {}],
  ['its token revoked', 'refused', ({ context }, { jti }) => revokeToken(context, { jti })],
  ['its key revoked', 'refused', ({ context }, { kid }) => revokeKey(context, { slug: 'one', kid })],
  [
    'the same key revoked for another issuer',
    'accepted',
    ({ context }, { kid }) => revokeKey(context, { slug: 'two', kid }),
  ],
  ['its key rotated', 'accepted', ({ context }) => rotateKey(context, { slug: 'one', prepublish: false })],
  [
    'its key retired',
    'refused',
    async ({ context }, { kid }) => {
      await rotateKey(context, { slug: 'one', prepublish: false });
      await retireKey(context, { slug: 'one', kid });
    },
  ],
  ['its issuer deleted', 'refused', ({ context }) => deleteIssuer(context, { slug: 'one' })],
  [
    'its issuer deleted, and another one of that name made',
    'refused',
    async ({ context }) => {
      deleteIssuer(context, { slug: 'one' });
      await createIssuer(context, { slug: 'one', ...FAST });
    },
  ],
])('of a minted token with %s its row says what the daemon does: it is %s', async (_, status, happen) => {
  const fixture = await openFixture();
  const { context, clock } = fixture;
  for (const slug of ['one', 'two']) {
    await createIssuer(context, { slug, ...FAST });
    await importKey(context, { slug, pem, activate: true });
  }
  const minted = await fixture.mint({ slug: 'one' });
  await happen(fixture, minted);
  expect(fixture.judge(minted.token).status).toBe(status);
  const records = listTokens(context, PAGE).items;
  const [row] = listTokenRows([], records, listIssuers(context, PAGE).items, clock.now());
  expect(row?.contextValue).toBe(status === 'accepted' ? 'record.live' : 'record.over');
});

it.each([
  ['another port', 'http://localhost:7000'],
  ['another name of this machine', BASE_URL.replace('localhost', '127.0.0.1')],
  ['a proxy', 'https://tokens.example.test/mintmark'],
])('of a token minted before its issuer moved to %s its row says so, and the daemon refuses it', async (_, baseUrl) => {
  const { close, mint, store, clock } = await openFixture();
  const { token } = await mint();
  close();
  const { context, close: end } = await openIssuers({
    store,
    clock,
    baseUrl,
    profiles: platformProfiles,
    random: randomBytes,
    report: () => {},
  });
  onTestFinished(end);
  // Nothing is fetched.
  const options = { issuers: context, trustedIssuers: new Set<string>(), remote: undefined as never };
  const { prepare, judge } = createVerification(options);
  expect(await judge(prepare({ token, expect: {} }))).toMatchObject({ status: 'refused', reason: 'iss_mismatch' });
  const records = listTokens(context, PAGE).items;
  const [row] = listTokenRows([], records, listIssuers(context, PAGE).items, clock.now());
  expect(row).toMatchObject({ description: 'issuer moved', contextValue: 'record.over' });
});
