import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import type { IssuerContext } from '../../../../daemon/issuer/context.ts';
import { importKey } from '../../../../daemon/issuer/import-key.ts';
import { createIssuer, deleteIssuer, listIssuers } from '../../../../daemon/issuer/issuers.ts';
import { retireKey, revokeKey, rotateKey } from '../../../../daemon/issuer/keys.ts';
import { mintToken } from '../../../../daemon/issuer/mint.ts';
import { openIssuers } from '../../../../daemon/issuer/open-issuers.ts';
import { listTokens, revokeToken } from '../../../../daemon/issuer/tokens.ts';
import { mintAsJob } from '../../../../daemon/platforms/act-as-job.ts';
import { createPlatformIssuer } from '../../../../daemon/platforms/create-issuer.ts';
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

const openAt = async ({ store, clock }: Pick<Fixture, 'store' | 'clock'>, baseUrl: string) => {
  const opened = await openIssuers({
    store,
    clock,
    baseUrl,
    profiles: platformProfiles,
    random: randomBytes,
    report: () => {},
  });
  onTestFinished(opened.close);
  return opened;
};
/** Nothing is fetched. */
const NOWHERE = { trustedIssuers: new Set<string>(), remote: undefined as never };
const readRow = (context: IssuerContext) => {
  const { items } = listIssuers(context, PAGE);
  return listTokenRows([], listTokens(context, PAGE).items, items, context.clock.now())[0];
};

it.each([
  ['another port', BASE_URL, 'http://localhost:7000'],
  ['another name of this machine', BASE_URL, BASE_URL.replace('localhost', '127.0.0.1')],
  ['a proxy', BASE_URL, 'https://tokens.example.test/mintmark'],
  ['this machine when its public URL was given up', 'https://tokens.example.test/mintmark', BASE_URL],
])('of a token minted before its issuer moved to %s its row says what the daemon does', async (_, before, after) => {
  const { store, clock, close } = await openFixture();
  close();
  const old = await openAt({ store, clock }, before);
  const { token } = await mintToken(old.context, { slug: 'default' });
  expect(readRow(old.context)).toMatchObject({ contextValue: 'record.live' });
  old.close();
  const { context } = await openAt({ store, clock }, after);
  const { prepare, judge } = createVerification({ issuers: context, ...NOWHERE });
  expect(await judge(prepare({ token, expect: {} }))).toMatchObject({ status: 'refused', reason: 'iss_mismatch' });
  expect(readRow(context)).toMatchObject({ description: 'other issuer', contextValue: 'record.elsewhere' });
});

it('of a look-alike of an issuer at the same path of this machine its row says that it names another', async () => {
  const { context } = await openFixture();
  const lookAlikeOf = 'http://localhost:7000/issuers/default';
  const { token } = await mintToken(context, { slug: 'default', lookAlikeOf });
  const { prepare, judge } = createVerification({ issuers: context, ...NOWHERE });
  expect(await judge(prepare({ token, expect: {} }))).toMatchObject({ reason: 'iss_mismatch' });
  expect(readRow(context)).toMatchObject({ description: 'other issuer', contextValue: 'record.elsewhere' });
});

it('of a look-alike of the very cluster that its issuer stands for its row says that it is accepted', async () => {
  const { context } = await openFixture();
  await createPlatformIssuer(context, { slug: 'cluster', platform: 'miren', options: { names: 'a.example' } });
  const { token, issuer } = await mintAsJob(context, { slug: 'cluster', lookAlike: true });
  const { prepare, judge } = createVerification({ issuers: context, ...NOWHERE });
  expect(await judge(prepare({ token, expect: { issuer } }))).toMatchObject({ status: 'accepted' });
  expect(readRow(context)).toMatchObject({ contextValue: 'record.live' });
});
