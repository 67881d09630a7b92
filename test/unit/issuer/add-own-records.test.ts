import { expect, test } from 'vitest';
import { addOwnRecords } from '../../../daemon/issuer/add-own-records.ts';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { revokeKey } from '../../../daemon/issuer/keys.ts';
import { readSuppliedKeys } from '../../../daemon/verify/supplied-keys.ts';
import { FAST, type Fixture, openFixture } from './setup.ts';

const slug = 'a';
const ELSEWHERE = 'https://elsewhere.example';

/** The public half of a key of an issuer here, as somebody supplies it. */
async function takeKey({ context, mint }: Fixture) {
  await createIssuer(context, { slug, ...FAST });
  const { kid } = await mint({ slug });
  const publicJwk = context.keyring.bySlug(slug)?.keys.find((key) => key.row.kid === kid)?.row.publicJwk;
  return { kid, supplied: readSuppliedKeys({ keys: [publicJwk] }) };
}

const faultsOf = (keySet: ReturnType<typeof addOwnRecords>) =>
  keySet.ok ? keySet.keys.map(({ fault }) => fault?.code ?? null) : keySet.code;

test.each(['its own', null])(
  'a revoked key of ours is known for a token of another issuer with %s kid',
  async (named) => {
    const fixture = await openFixture();
    const { kid, supplied } = await takeKey(fixture);
    const ask = () =>
      addOwnRecords(fixture.context, supplied, { issuer: ELSEWHERE, kid: named === null ? null : kid, jti: null });
    expect(faultsOf(ask())).toEqual([null]);
    await revokeKey(fixture.context, { slug, kid });
    expect(faultsOf(ask())).toEqual(['key_revoked']);
  },
);

test('a key that the token does not name is not ours to judge', async () => {
  const fixture = await openFixture();
  const { kid, supplied } = await takeKey(fixture);
  await revokeKey(fixture.context, { slug, kid });
  expect(faultsOf(addOwnRecords(fixture.context, supplied, { issuer: ELSEWHERE, kid: 'other', jti: null }))).toEqual([
    null,
  ]);
});
