import { describe, expect, test } from 'vitest';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import { miren } from '../../../daemon/platforms/miren/platform.ts';
import { TOKENS_AN_HOUR } from '../../../daemon/platforms/token-budget.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import { askRoute } from './fake-site.ts';
import { openRunFixture } from './run-fixture.ts';

/** Sandboxes of one issuer, and its token server as they reach it. */
async function openSandboxes(chargeMiss?: () => void) {
  const { fixture, runs, start } = await openRunFixture(undefined, undefined, chargeMiss);
  const startAt = (address?: string) => start({ slug: 'miren', ...(address !== undefined && { address }) });
  const site = () => {
    const issuer = fixture.context.keyring.bySlug('miren');
    if (issuer === undefined) throw new Error('No sandbox was started');
    return runs.openSite(issuer);
  };
  const ask = async (secret: string, remoteAddress: string) => {
    const headers = { authorization: `Bearer ${secret}` };
    const url = `${site().issuerUrl}/v1/token`;
    const { answer, body } = await askRoute(miren.routes[0], site(), url, { headers, remoteAddress });
    return [answer.status, body.error ?? null];
  };
  return { fixture, runs, startAt, site, ask };
}

describe('a run where the platform looks at the address', () => {
  test('is found at its own, or where this machine’s requests come from when it has none', async () => {
    const { startAt, site } = await openSandboxes();
    const bound = await startAt('127.0.0.7');
    expect(['127.0.0.7', '127.0.0.1', '::1'].map((address) => site().hasRunAt(address))).toEqual([true, false, false]);
    const usual = await startAt();
    expect(['127.0.0.1', '::1', '127.0.0.9'].map((address) => site().hasRunAt(address))).toEqual([true, true, false]);
    expect(site().findRunAt('127.0.0.7', bound.requestToken)?.id).toBe(bound.run.id);
    expect(site().findRunAt('127.0.0.1', bound.requestToken)).toBeNull();
    expect(site().findRunAt('::1', usual.requestToken)?.id).toBe(usual.run.id);
  });

  test('is no other issuer’s, whose sandbox would speak for it', async () => {
    const { fixture, runs, startAt, site } = await openSandboxes();
    const { requestToken, run } = await startAt();
    await createIssuer(fixture.context, { slug: 'other', platform: 'miren' });
    const other = runs.openSite(fixture.context.keyring.bySlug('other')!);
    expect(other.hasRunAt('127.0.0.1')).toBe(false);
    expect(other.findRunAt('127.0.0.1', requestToken)).toBeNull();
    expect(site().findRunAt('127.0.0.1', requestToken)?.id).toBe(run.id);
  });

  test('gets its tokens also when another one there has none left', async () => {
    const { startAt, site, ask } = await openSandboxes();
    const [first, spent] = [await startAt(), await startAt()];
    const run = site().findRunAt('127.0.0.1', spent.requestToken);
    // Refused before they are signed: what is asked for counts.
    for (let asked = 0; asked < TOKENS_AN_HOUR; asked += 1) await run?.mint({ audience: '\n' }).catch(() => {});
    await expect(ask(spent.requestToken, '127.0.0.1')).rejects.toMatchObject({ code: 'too_many_requests' });
    expect(await ask(first.requestToken, '127.0.0.1')).toEqual([200, null]);
    expect(await ask('nobody’s', '127.0.0.1')).toEqual([403, 'invalid token']);
  });

  test('MI-32: charges for every secret that is not the one of a run there, and for nothing else', async () => {
    let misses = 0;
    const { startAt, ask } = await openSandboxes(() => {
      misses += 1;
    });
    const [here, elsewhere] = [await startAt('127.0.0.7'), await startAt('127.0.0.8')];
    const wrong = [403, 'invalid token'];
    expect(await ask('ab'.repeat(32), '127.0.0.7')).toEqual(wrong);
    expect(await ask(elsewhere.requestToken, '127.0.0.7')).toEqual(wrong);
    expect(misses).toBe(2);
    expect(await ask(here.requestToken, '127.0.0.7')).toEqual([200, null]);
    expect(await ask(here.requestToken, '127.0.0.9')).toEqual([403, 'unknown source address']);
    expect(misses).toBe(2);
  });

  test('is served also when too many secrets were tried', async () => {
    const { startAt, ask } = await openSandboxes(() => {
      throw new MintmarkError('too_many_requests');
    });
    const { requestToken } = await startAt();
    await expect(ask('ab'.repeat(32), '127.0.0.1')).rejects.toMatchObject({ code: 'too_many_requests' });
    expect(await ask(requestToken, '127.0.0.1')).toEqual([200, null]);
  });
});
