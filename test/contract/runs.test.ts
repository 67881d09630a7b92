import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, startDaemon } from '../support/daemon.ts';
import { ask } from '../support/http.ts';
import { readState } from '../support/job.ts';
import { makeHome } from '../support/program.ts';
import { waitFor } from '../support/wait.ts';
import type { Page, Problem } from '../support/wire.ts';

interface Started {
  run: { id: string; expiresAt: string; startedAt: string; endedAt: string | null; platform: string };
  requestToken: string;
  variables: Record<string, string>;
  description: { subject: string };
}

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

const start = async (body: object = {}, slug = 'github-actions', at: Daemon = daemon): Promise<Started> =>
  expectStatus(await at.control('POST', `/issuers/${slug}/runs`, { runDirectory: '/runs/1', ...body }), 201);
const askWith = async ({ variables, requestToken }: Started): Promise<number> =>
  (await ask(variables.ACTIONS_ID_TOKEN_REQUEST_URL ?? '', { headers: { authorization: `Bearer ${requestToken}` } }))
    .status;

describe('a run', () => {
  it('lives until it is ended, and is listed either way', async () => {
    const started = await start();
    expect(await askWith(started)).toBe(200);
    const ended = expectStatus<Started['run']>(await daemon.control('POST', `/runs/${started.run.id}/end`, {}), 200);
    expect(ended.endedAt).not.toBeNull();
    expect(await askWith(started)).toBe(401);
    const { items } = expectStatus<Page<Started['run']>>(await daemon.control('GET', '/runs?limit=1'), 200);
    expect(items).toEqual([ended]);
  });

  it('that nobody renews ends with its lease, and one that is renewed does not', async () => {
    const [left, kept] = [await start({ leaseSeconds: 10 }), await start({ leaseSeconds: 10 })];
    await waitFor('the lease to end', async () => {
      expectStatus(await daemon.control('POST', `/runs/${kept.run.id}/renew`, {}), 200);
      return (await askWith(left)) === 401;
    });
    expect(await askWith(kept)).toBe(200);
    const renewed = await daemon.control('POST', `/runs/${left.run.id}/renew`, {});
    expect({ status: renewed.status, code: renewed.json<Problem>().code }).toEqual({
      status: 404,
      code: 'run_not_found',
    });
  });

  it('outlives the daemon, also one that was killed', async () => {
    const { home, remove } = makeHome();
    const first = await startDaemon({ home });
    const started = await start({ leaseSeconds: 600 }, 'github-actions', first);
    await first.terminate('SIGKILL');
    const second = await startDaemon({ home, port: first.port });
    expect(await askWith(started)).toBe(200);
    await second.control('POST', `/runs/${started.run.id}/end`, {});
    await second.terminate('SIGKILL');
    const third = await startDaemon({ home, port: first.port });
    expect(await askWith(started)).toBe(401);
    expect(readState(home)).not.toContain(started.requestToken);
    await third.terminate();
    remove();
  });

  it('tells the log of its beginning, its tokens and its end', async () => {
    const { events } = { events: await daemon.control('GET', '/events?limit=1000') };
    const since = events.json<Page<{ seq: number }>>().items.at(-1)?.seq ?? 0;
    const started = await start({}, 'default');
    await daemon.control('POST', `/runs/${started.run.id}/end`, {});
    const { items } = (await daemon.control('GET', `/events?since=${since}`)).json<
      Page<{ name: string; subject: string; detail: unknown; issuer: string }>
    >();
    // The lease of another test's run may end meanwhile.
    const own = items.filter(({ issuer }) => issuer === 'default');
    expect(own.map(({ name }) => name)).toEqual(['run.started', 'token.minted', 'run.ended']);
    expect(own[1]?.detail).toEqual({ run: started.run.id });
    expect(JSON.stringify(items)).not.toContain(started.requestToken);
  });

  it('keeps a daemon from ending for want of callers', async () => {
    const { home, remove } = makeHome();
    // Shorter than the lease, and long enough that it is not over before a busy machine has begun the run.
    const idle = await startDaemon({ home, args: ['--idle-exit', '6'] });
    const started = await start({ leaseSeconds: 10 }, 'github-actions', idle);
    let ended = false;
    void idle.process.done.then(() => {
      ended = true;
    });
    const { pid } = idle;
    // Nobody asks anything until the lease has ended the run.
    await waitFor('the daemon to end', () => ended, 60_000);
    const again = await startDaemon({ home, port: idle.port });
    expect(again.pid).not.toBe(pid);
    const { items } = (await again.control('GET', '/runs')).json<Page<Started['run']>>();
    const [run] = items;
    expect(run?.id).toBe(started.run.id);
    expect(Date.parse(run?.endedAt ?? '') - Date.parse(run?.startedAt ?? '')).toBeGreaterThan(9_000);
    await again.terminate();
    remove();
  });

  it.each([
    [{ leaseSeconds: 9 }, 400],
    [{ leaseSeconds: 86_401 }, 400],
    [{ runDirectory: 'relative' }, 400],
    [{ options: { nonsense: 'x' } }, 400],
    [{ nonsense: 1 }, 400],
  ])('is refused for %j', async (body, status) => {
    expect((await daemon.control('POST', '/issuers/github-actions/runs', { runDirectory: '/x', ...body })).status).toBe(
      status,
    );
  });
});

describe('options of an issuer', () => {
  it('are those of its jobs unless a job says otherwise', async () => {
    const options = { 'repository-id': '7', repository: 'shop/api' };
    const body = { slug: 'shop', platform: 'github-actions', options };
    const created = expectStatus<{ options: object }>(await daemon.control('POST', '/issuers', body), 201);
    expect(created.options).toEqual(options);
    const own = await start({}, 'shop');
    expect(own.description.subject).toBe('repo:shop/api:ref:refs/heads/main');
    const other = await start({ options: { repository: 'shop/web' } }, 'shop');
    expect(other.description.subject).toBe('repo:shop/web:ref:refs/heads/main');
  });

  it.each([{ nonsense: '1' }, { 'repository-id': 'seven' }])(
    'are refused when no job has them: %j',
    async (options) => {
      const body = { slug: 'wrong', platform: 'github-actions', options };
      expect((await daemon.control('POST', '/issuers', body)).status).toBe(400);
      expect((await daemon.control('GET', '/issuers/wrong')).status).toBe(404);
    },
  );
});
