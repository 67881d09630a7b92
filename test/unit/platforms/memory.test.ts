import { expect, test } from 'vitest';
import { createIssuer, deleteIssuer } from '../../../daemon/issuer/issuers.ts';
import { openRunFixture } from './run-fixture.ts';

test('what a platform remembers goes with its issuer, and no other issuer’s does', async () => {
  const { fixture, runs } = await openRunFixture();
  const { context } = fixture;
  for (const slug of ['gone', 'kept']) await createIssuer(context, { slug, platform: 'superplane' });
  const make = () => ({});
  const [gone, kept] = ['gone', 'kept'].map((slug) => runs.openSite(context.keyring.bySlug(slug)!).remember);
  const [before, other] = [gone?.(make), kept?.(make)];
  expect(gone?.(make)).toBe(before);
  expect(other).not.toBe(before);
  deleteIssuer(context, { slug: 'gone' });
  expect(gone?.(make)).not.toBe(before);
  expect(kept?.(make)).toBe(other);
});
