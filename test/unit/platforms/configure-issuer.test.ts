import { expect, test } from 'vitest';
import { mintAsJob } from '../../../daemon/platforms/act-as-job.ts';
import { configureIssuer } from '../../../daemon/platforms/configure-issuer.ts';
import { createPlatformIssuer } from '../../../daemon/platforms/create-issuer.ts';
import { openContext } from './open-context.ts';

const slug = 'cluster-a';

async function openCluster(options: Record<string, string> = { names: 'a.example,b.example' }) {
  const context = await openContext();
  await createPlatformIssuer(context, { slug, platform: 'miren', options });
  const lookAlike = async () => (await mintAsJob(context, { slug, lookAlike: true })).claims.iss;
  const events = () => context.store.events.after(0, 1_000);
  return { context, lookAlike, events };
}

test('options that change are those of the next token, and the others stay', async () => {
  const { context } = await openCluster();
  const change = { slug, options: { 'organization-id': 'org_1', app: 'web' }, confirm: false };
  const { issuer, warnings } = await configureIssuer(context, change);
  expect(issuer.options).toEqual({ names: 'a.example,b.example', 'organization-id': 'org_1', app: 'web' });
  expect(warnings).toEqual([expect.stringContaining('https://a.example')]);
  expect((await mintAsJob(context, { slug })).claims).toMatchObject({ organization_id: 'org_1', app: 'web' });
});

test('MI-19: another order of the names is another issuer: confirmed, warned of and in the log', async () => {
  const { context, lookAlike, events } = await openCluster();
  const options = { names: 'b.example,a.example' };
  const before = events().length;
  await expect(configureIssuer(context, { slug, options, confirm: false })).rejects.toMatchObject({
    code: 'confirmation_required',
  });
  expect(events()).toHaveLength(before);
  expect(await lookAlike()).toBe('https://a.example');
  const { warnings } = await configureIssuer(context, { slug, options, confirm: true });
  expect(warnings[0]).toMatch(/https:\/\/a\.example to https:\/\/b\.example/);
  expect(await lookAlike()).toBe('https://b.example');
  expect(events().find(({ name }) => name === 'issuer.moved')?.detail).toEqual({
    from: 'https://a.example',
    to: 'https://b.example',
    acceptedUntil: expect.stringMatching(/^2\d{3}-/),
  });
});

test('MI-18: a name that the cluster is registered under goes before those that are configured', async () => {
  const { context, lookAlike } = await openCluster();
  await configureIssuer(context, { slug, options: { 'dns-name': 'c.miren.systems' }, confirm: true });
  expect(await lookAlike()).toBe('https://c.miren.systems');
});

test.each([{ nonsense: '1' }, { 'dns-name': 'not a name' }])('%o is refused and changes nothing', async (options) => {
  const { context } = await openCluster();
  await expect(configureIssuer(context, { slug, options, confirm: true })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  expect(context.keyring.bySlug(slug)?.row.options).toEqual({ names: 'a.example,b.example' });
});

test('MI-49: the name before is kept for 25 hours; in the place of another one that is then over', async () => {
  const { context, events } = await openCluster({ names: 'a.example' });
  const move = (names: string) => configureIssuer(context, { slug, options: { names }, confirm: true });
  const start = context.clock.now();
  const { issuer } = await move('b.example');
  const until = Date.parse(issuer.previousIssuer?.acceptedUntil ?? '');
  expect(until - start).toBeGreaterThanOrEqual(90_000_000);
  expect(until - context.clock.now()).toBeLessThanOrEqual(90_000_000);
  const { warnings } = await move('c.example');
  expect(warnings[0]).toContain('those of https://a.example, accepted until');
  expect(events().at(-1)?.detail).toMatchObject({ from: 'https://b.example', ended: 'https://a.example' });
  expect(context.keyring.bySlug(slug)?.previousIssuer?.issuer).toBe('https://b.example');
});

test('an issuer of a platform that has no names of its own has none before either', async () => {
  const context = await openContext();
  await createPlatformIssuer(context, { slug: 'shop-ci', platform: 'gitlab', options: { repository: 'acme/shop' } });
  const { issuer } = await configureIssuer(context, {
    slug: 'shop-ci',
    options: { repository: 'acme/other' },
    confirm: false,
  });
  expect(issuer.previousIssuer).toBeUndefined();
  expect(context.keyring.bySlug('shop-ci')).toMatchObject({ realIssuer: null, previousIssuer: null });
});
