import { expect, test } from 'vitest';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { rotateKey } from '../../../daemon/issuer/keys.ts';
import { FAST, openFixture } from './setup.ts';

test('a change of one key leaves the others as they are in memory', async () => {
  const slug = 'a';
  const { context } = await openFixture();
  await createIssuer(context, { slug, ...FAST });
  const [first] = context.keyring.bySlug(slug)!.keys;
  await rotateKey(context, { slug, prepublish: false });
  const [second, superseded] = context.keyring.bySlug(slug)!.keys;
  await rotateKey(context, { slug, prepublish: false });
  const keys = context.keyring.bySlug(slug)!.keys;
  expect(superseded!.row.id).toBe(first!.row.id);
  expect(keys[2]).toBe(superseded);
  expect(keys[1]!.row.id).toBe(second!.row.id);
  expect(keys[1]).toMatchObject({ row: { state: 'retiring' }, privateKey: null });
});
