import { describe, expect, test } from 'vitest';
import { ensureIssuer } from '../../../daemon/issuer/ensure-issuer.ts';
import { deleteIssuer } from '../../../daemon/issuer/issuers.ts';
import { PLATFORMS } from '../../../daemon/platforms/registry.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import { BASE_URL, START } from '../issuer/setup.ts';
import { codeOf } from '../store/fixtures.ts';
import { createMachineTime } from './machine-time.ts';
import { openRunFixture, SLUG } from './run-fixture.ts';

describe('a run', () => {
  test('whose own audience is one that the platform issues no token for gets none without naming it', async () => {
    const { fixture, runs, start } = await openRunFixture();
    const { requestToken } = await start({ audience: 'https://github.com/apps/cyspbot' });
    const run = runs.openSite(await ensureIssuer(fixture.context, SLUG)).findRun(requestToken);
    await expect(run?.mint({})).rejects.toMatchObject({ code: 'job_refused' });
    await expect(run?.mint({ audience: 'sts.amazonaws.com' })).resolves.toMatchObject({
      claims: { aud: 'sts.amazonaws.com' },
    });
  });

  test.each(['a\n', ['a', '\u001b[31m']])(
    'does not start with an audience that no token may have: %j',
    async (audience) => {
      const { start } = await openRunFixture();
      await expect(start({ audience })).rejects.toMatchObject({ code: 'invalid_request' });
    },
  );

  test('gets ten thousand tokens at once and as many an hour, and no other run pays for it', async () => {
    const { fixture, machine, runs, start } = await openRunFixture();
    const [busy, other] = [await start({ leaseSeconds: 3_600 }), await start({ leaseSeconds: 3_600 })];
    const issuer = await ensureIssuer(fixture.context, SLUG);
    const find = () => runs.openSite(issuer).findRun(busy.requestToken);
    const drain = async (count: number) => {
      // Refused before it is signed, so that this takes no minute: what is asked for counts.
      for (let asked = 0; asked < count; asked += 1)
        await find()
          ?.mint({ audience: '\n' })
          .catch(() => {});
    };
    await drain(9_999);
    await find()?.mint({});
    expect(find).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
    expect(runs.openSite(issuer).findRun(other.requestToken)?.id).toBe(other.run.id);
    machine.advance(36_000);
    await drain(100);
    expect(find).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
  });

  test('gives a job its environment, and a token to who has its secret', async () => {
    const { fixture, runs, start } = await openRunFixture();
    const started = await start();
    expect(started.run).toMatchObject({
      issuer: `${BASE_URL}/issuers/${SLUG}`,
      platform: SLUG,
      subject: 'repo:acme/widgets:ref:refs/heads/main',
      endedAt: null,
    });
    expect(started.variables).toMatchObject({
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: started.requestToken,
    });
    const issuer = fixture.context.keyring.bySlug(SLUG);
    const found = issuer && runs.openSite(issuer).findRun(started.requestToken);
    const minted = await found?.mint({ audience: 'sts.amazonaws.com' });
    expect(minted?.claims).toMatchObject({ aud: 'sts.amazonaws.com', sub: started.run.subject });
    expect(fixture.judge(minted?.token ?? '').status).toBe('accepted');
  });

  test('asks at the address of this machine, whatever iss begins with', async () => {
    const { start } = await openRunFixture();
    const { variables } = await start();
    expect(variables.ACTIONS_ID_TOKEN_REQUEST_URL).toMatch(/^http:\/\/localhost:1234\/issuers\/github-actions\//);
  });

  test('unsets what makes a process think that it runs on another platform', async () => {
    const { start } = await openRunFixture();
    const { unset } = await start({ slug: 'default' });
    expect(unset).toEqual(expect.arrayContaining(['GITHUB_ACTIONS', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN']));
    expect((await start()).unset).not.toContain('GITHUB_ACTIONS');
  });

  test('unsets the tokens of other platforms, but not its own', async () => {
    const { start } = await openRunFixture();
    const { unset } = await start();
    const tokens = ['KUBERNETES_TOKEN_FILE', 'TFC_WORKLOAD_IDENTITY_TOKEN_*', 'IDTOKEN'];
    expect(unset).toEqual(expect.arrayContaining(tokens));
    expect((await start({ slug: 'kubernetes' })).unset).not.toContain('KUBERNETES_TOKEN_FILE');
    expect((await start({ slug: 'jenkins' })).unset).not.toContain('IDTOKEN');
  });

  test('has the audience that it was started with where the job names none', async () => {
    const { start, fixture } = await openRunFixture();
    const { variables, description } = await start({ slug: 'default', audience: 'https://api.example' });
    expect(description.audience).toBe('https://api.example');
    expect(fixture.judge(variables.MINTMARK_TOKEN ?? '').claims).toMatchObject({ aud: 'https://api.example' });
  });

  test('is known in the log by its id, and its tokens by the run, but never by its secret', async () => {
    const { fixture, runs, start, find } = await openRunFixture();
    const since = fixture.store.events.lastSeq();
    const { run, requestToken } = await start({ slug: 'default' });
    find(requestToken, 'default');
    runs.end({ id: run.id });
    const events = fixture.store.events.after(since, 100);
    expect(events.map(({ name, subject, detail }) => [name, name === 'token.minted' ? detail : subject])).toEqual([
      ['run.started', run.id],
      ['token.minted', { run: run.id }],
      ['run.ended', run.id],
    ]);
    expect(JSON.stringify([events, fixture.store.runs.byName(run.id)])).not.toContain(requestToken);
  });

  test('that a platform would start without a token starts, and gets none', async () => {
    const { fixture, runs, start } = await openRunFixture();
    const { description, variables, requestToken } = await start({ event: 'fork' });
    expect(description.refusal?.code).toBe('fork');
    expect(variables).toMatchObject({ GITHUB_ACTIONS: 'true' });
    expect(Object.keys(variables)).not.toContain('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
    const issuer = fixture.context.keyring.bySlug(SLUG);
    const found = issuer && runs.openSite(issuer).findRun(requestToken);
    expect(await codeOf(() => found?.mint({}))).toBe('job_refused');
  });

  test('whose environment cannot be made does not live', async () => {
    const { fixture, runs, start } = await openRunFixture();
    expect(await codeOf(() => start({ slug: 'default', audience: '' }))).toBe('invalid_request');
    expect(runs.size()).toBe(0);
    expect(fixture.store.runs.hasLive()).toBe(false);
  });

  test('whose token cannot be minted when it begins is over, and its log says that it failed', async () => {
    const { fixture, runs, start } = await openRunFixture();
    // A token of this platform has exactly one audience: that shows when the first one is signed.
    const failing = start({ slug: 'spacelift', audience: ['https://a.example', 'https://b.example'] });
    await expect(failing).rejects.toMatchObject({ code: 'invalid_request' });
    expect([runs.size(), fixture.store.runs.hasLive()]).toEqual([0, false]);
    expect(fixture.store.events.after(0, 100).at(-1)).toMatchObject({ name: 'run.ended', detail: { why: 'failed' } });
  });

  test.each([
    ['on an issuer that there is not', { slug: 'nobody' }, 'issuer_not_found'],
    ['in a directory without a root', { runDirectory: 'runs/1' }, 'invalid_request'],
    ['with an option that there is not', { options: { nonsense: '1' } }, 'invalid_request'],
  ])('%s is refused', async (_, request, code) => {
    const { start, runs } = await openRunFixture();
    expect(await codeOf(() => start(request))).toBe(code);
    expect(runs.list({ limit: 10 }).items).toEqual([]);
  });
});

describe.each(Object.entries(PLATFORMS).flatMap(([name, platform]) => (platform === null ? [] : [name])))(
  'a run on %s',
  (slug) => {
    test.each(['push', 'fork'])('starts on %s, and has nothing to ask with where it gets no token', async (event) => {
      const { start } = await openRunFixture();
      const hasEvents = (PLATFORMS[slug as keyof typeof PLATFORMS]?.events.length ?? 0) > 0;
      const started = await start({ slug, ...(hasEvents && { event }) });
      if (started.description.refusal === null) return;
      const told = JSON.stringify([started.variables, started.files, started.relays, started.shims]);
      expect(told).not.toContain(started.requestToken);
      expect(told).not.toMatch(/"eyJ/);
    });
  },
);

describe('a run ends', () => {
  test('when it is ended, at once and as often as one likes', async () => {
    const { runs, start, find } = await openRunFixture();
    const { run, requestToken } = await start();
    const ended = runs.end({ id: run.id });
    expect(ended.endedAt).not.toBeNull();
    expect(find(requestToken)).toBeNull();
    expect(runs.end({ id: run.id })).toEqual(ended);
    expect(await codeOf(() => runs.renew({ id: run.id }))).toBe('run_not_found');
    expect(await codeOf(() => runs.end({ id: 'nobody' }))).toBe('run_not_found');
  });

  test('for requests that were under way', async () => {
    const { fixture, runs, start } = await openRunFixture();
    const { run, requestToken } = await start();
    const issuer = fixture.context.keyring.bySlug(SLUG);
    const found = issuer && runs.openSite(issuer).findRun(requestToken);
    runs.end({ id: run.id });
    expect(await codeOf(() => found?.mint({}))).toBe('run_not_found');
  });

  test('for a token that is signed meanwhile: it is neither handed out nor written down', async () => {
    const { fixture, runs, start } = await openRunFixture();
    const [ending, other] = [await start(), await start()];
    const issuer = fixture.context.keyring.bySlug(SLUG);
    const site = issuer && runs.openSite(issuer);
    const before = fixture.store.tokens.count();
    const minting = [ending, other].map(({ requestToken }) => site?.findRun(requestToken)?.mint({}));
    runs.end({ id: ending.run.id });
    await expect(minting[0]).rejects.toMatchObject({ code: 'run_not_found' });
    await expect(minting[1]).resolves.toMatchObject({ claims: { sub: other.run.subject } });
    expect(fixture.store.tokens.count()).toBe(before + 1);
  });

  test('when its lease does, unless that was renewed', async () => {
    const { fixture, runs, machine, start, find } = await openRunFixture();
    const { run, requestToken } = await start({ leaseSeconds: 60 });
    machine.advance(59_999);
    await runs.renew({ id: run.id });
    machine.advance(59_999);
    expect(find(requestToken)).toBe(run.id);
    machine.advance(1);
    expect(find(requestToken)).toBeNull();
    expect(fixture.store.events.after(0, 100).at(-1)).toMatchObject({ name: 'run.ended', detail: { why: 'lease' } });
  });

  test('however the daemon’s clock is set, not before its lease does', async () => {
    const { fixture, start, find } = await openRunFixture();
    const { requestToken, run } = await start();
    fixture.clock.advance(3_600_000);
    expect(find(requestToken)).toBe(run.id);
  });

  test('when a job of its platform would, by the daemon’s clock, however often it is renewed', async () => {
    const { fixture, start, find } = await openRunFixture();
    const { requestToken, run } = await start({ slug: 'default', leaseSeconds: 86_400 });
    expect(Date.parse(run.expiresAt) - Date.parse(run.startedAt)).toBe(86_400_000);
    fixture.clock.advance(86_399_999);
    expect(find(requestToken, 'default')).toBe(run.id);
    fixture.clock.advance(1);
    expect(find(requestToken, 'default')).toBeNull();
  });

  test('with its issuer', async () => {
    const { fixture, runs, start } = await openRunFixture();
    await start();
    deleteIssuer(fixture.context, { slug: SLUG });
    expect(runs.size()).toBe(0);
    expect(runs.list({ limit: 1 }).items).toMatchObject([{ issuer: `${BASE_URL}/issuers/${SLUG}` }]);
  });
});

describe('the secret of a run', () => {
  test('opens the routes of its own issuer only', async () => {
    const { fixture, start, find } = await openRunFixture();
    await fixture.mint({ slug: 'generic' });
    const { requestToken, run } = await start();
    expect(find(requestToken)).toBe(run.id);
    expect(find(requestToken, 'generic')).toBeNull();
  });

  test.each([
    ['none', () => null],
    ['another one', () => 'ab'.repeat(32)],
    ['one with a digit more', (secret: string) => `${secret}0`],
    ['one with a digit less', (secret: string) => secret.slice(0, -1)],
    ['one in upper case', (secret: string) => secret.toUpperCase()],
  ])('is no other: %s is a miss, and charged', async (_, change) => {
    let misses = 0;
    const { start, find } = await openRunFixture(undefined, undefined, () => {
      misses += 1;
    });
    const { requestToken } = await start();
    expect(find(change(requestToken))).toBeNull();
    expect(misses).toBe(1);
    expect(find(requestToken)).not.toBeNull();
    expect(misses).toBe(1);
  });

  test('is served also when the budget of misses is spent', async () => {
    const spend = () => {
      throw new MintmarkError('too_many_requests');
    };
    const { start, find } = await openRunFixture(undefined, undefined, spend);
    const { requestToken, run } = await start();
    expect(await codeOf(() => find('nobody’s'))).toBe('too_many_requests');
    expect(find(requestToken)).toBe(run.id);
  });

  test('is asked for to renew files, since nobody keeps it', async () => {
    const { runs, start } = await openRunFixture();
    const [first, second] = [await start(), await start()];
    await expect(runs.renew({ id: first.run.id, requestToken: first.requestToken })).resolves.toMatchObject({
      files: expect.any(Array),
    });
    expect(await codeOf(() => runs.renew({ id: first.run.id, requestToken: second.requestToken }))).toBe(
      'invalid_request',
    );
  });
});

describe('a daemon that starts anew', () => {
  test('goes on with the runs that live, and with what is left of their leases', async () => {
    const before = await openRunFixture();
    const { requestToken, run } = await before.start({ audience: 'https://api.example' });
    before.machine.advance(20_000);
    before.runs.close();
    const after = await openRunFixture(await before.fixture.reopen(), before.machine);
    expect(after.find(requestToken)).toBe(run.id);
    const issuer = after.fixture.context.keyring.bySlug(SLUG);
    const minted = await (issuer && after.runs.openSite(issuer).findRun(requestToken)?.mint({}));
    expect(minted?.claims).toMatchObject({ aud: 'https://api.example', sub: run.subject });
    after.machine.advance(39_999);
    expect(after.find(requestToken)).toBe(run.id);
    after.machine.advance(1);
    expect(after.find(requestToken)).toBeNull();
  });

  test('ends those whose leases ended meanwhile, and says so', async () => {
    const before = await openRunFixture();
    const { requestToken, run } = await before.start();
    before.runs.close();
    before.machine.advance(60_000);
    const after = await openRunFixture(await before.fixture.reopen(), before.machine);
    expect(after.find(requestToken)).toBeNull();
    expect(after.runs.list({ limit: 1 }).items[0]?.endedAt).not.toBeNull();
    expect(after.fixture.store.events.after(0, 100).at(-1)).toMatchObject({ name: 'run.ended', subject: run.id });
  });

  test('does not find, not even for a moment, a run whose job is over by the daemon’s clock', async () => {
    const before = await openRunFixture();
    const { requestToken, run } = await before.start();
    before.runs.close();
    const { clock } = before.fixture;
    clock.freeze(before.fixture.store.runs.byName(run.id)!.expiresAt);
    const after = await openRunFixture(await before.fixture.reopen(), before.machine);
    expect([after.find(requestToken), after.runs.size()]).toEqual([null, 0]);
    expect(after.fixture.store.events.after(0, 100).at(-1)).toMatchObject({
      name: 'run.ended',
      detail: { why: 'time' },
    });
  });

  test('gives no run a longer lease than it had, also when the machine’s clock was set back', async () => {
    const before = await openRunFixture();
    const { requestToken } = await before.start();
    before.runs.close();
    const machine = createMachineTime(START - 3_600_000);
    const after = await openRunFixture(await before.fixture.reopen(), machine);
    machine.advance(60_000);
    expect(after.find(requestToken)).toBeNull();
  });
});

test('runs are listed newest first, page by page', async () => {
  const { runs, start } = await openRunFixture();
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) ids.unshift((await start()).run.id);
  const first = runs.list({ limit: 2 });
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const second = runs.list({ limit: 2, cursor: first.nextCursor ?? '' });
  expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2));
  expect(second.nextCursor).toBeNull();
});
