import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CancellationTokenSource, EventEmitter } from 'vscode';
import { createIssuer } from '../../../../daemon/issuer/issuers.ts';
import { rotateKey as createKey } from '../../../../daemon/issuer/keys.ts';
import { MintmarkError } from '../../../../daemon/problem.ts';
import { countLeadSeconds, listRotationChoices } from '../../../../extension/features/keys/describe-rotation.ts';
import { rotateKey } from '../../../../extension/features/keys/rotate-key.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { openFixture } from '../../issuer/setup.ts';
import { type JoinedContext, joinDaemon } from '../join-daemon.ts';
import { at, makeIssuer, makeKey, NOW } from '../wire-values.ts';

beforeEach(resetEditor);

const keyStates = ({ session }: JoinedContext) => session.issuers[0]?.keys.map(({ state }) => state);
const activeKid = ({ session }: JoinedContext) => session.issuers[0]?.keys[0]?.kid ?? '';
const stagedKey = ({ session }: JoinedContext) => session.issuers[0]?.keys.find(({ state }) => state === 'next');
const waitForStates = (context: JoinedContext, ...states: string[]) =>
  waitFor(`keys that are ${states}`, () => JSON.stringify(keyStates(context)) === JSON.stringify(states));

describe('the choices of a rotation', () => {
  it('tell who signs from when and who verifies until when', () => {
    const [once, staged, only] = listRotationChoices(makeIssuer(), NOW);
    expect(once?.detail).toMatch(/^A new RS256 key signs from now on; NzbLsXh8… verifies until /);
    expect(staged?.label).toContain('sign in 10 min');
    expect(only?.detail).toContain('NzbLsXh8… signs until you activate');
  });

  it('name the key that waits, since it will be the one', () => {
    const issuer = makeIssuer({ keys: [makeKey(), makeKey({ kid: 'waiting', state: 'next' })] });
    const [once, staged] = listRotationChoices(issuer, NOW);
    expect(once?.detail).toMatch(/^waiting signs from now on/);
    expect(staged?.label).toContain('sign with the published key in 6 min');
  });

  it('offer to take back what is planned, instead of planning it again', () => {
    const waiting = makeKey({ kid: 'waiting', state: 'next', signsFrom: at(300) });
    const choices = listRotationChoices(makeIssuer({ keys: [makeKey(), waiting] }), NOW);
    expect(choices.map(({ step }) => step)).toEqual(['at-once', 'unplan', 'publish-only', 'other-algorithm']);
    expect(choices[1]).toMatchObject({
      kid: 'waiting',
      label: expect.stringMatching(/Do not sign by itself: waiting$/),
    });
    expect(choices[1]?.detail).toMatch(/^Not from .*, as planned, but once you activate it; NzbLsXh8… signs for now/);
  });

  it('say that a key which is taken back is left to the schedule, where there is one', () => {
    const waiting = makeKey({ kid: 'waiting', state: 'next', signsFrom: at(300) });
    const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(300) };
    const [, unplan, only] = listRotationChoices(makeIssuer({ rotation, keys: [makeKey(), waiting] }), NOW);
    expect(unplan?.label).toMatch(/Leave waiting to the schedule$/);
    expect(unplan?.detail).toMatch(/^Not from .*, as planned, but by the schedule, every 1 h;/);
    expect(only?.detail).toMatch(/signs until another does, by itself or by your hand$/);
  });

  it('pass over keys that are only advertised, or damaged', () => {
    const advertised = makeKey({ kid: 'advertised', state: 'next', canSign: false });
    const waiting = makeKey({ kid: 'waiting', state: 'next' });
    const without = listRotationChoices(makeIssuer({ keys: [makeKey(), advertised] }), NOW);
    expect(without[0]?.detail).toMatch(/^A new RS256 key signs from now on/);
    expect(without[1]?.label).toContain('publish now, sign in 10 min');
    const [once] = listRotationChoices(makeIssuer({ keys: [makeKey(), waiting, advertised] }), NOW);
    expect(once?.detail).toMatch(/^waiting signs from now on/);
  });

  it('name the algorithm of the key that the daemon will make, which is not always that of now', async () => {
    const { context } = await openFixture();
    const issuer = await createIssuer(context, { slug: 'miren', platform: 'miren', alg: 'EdDSA' });
    const [once, , only] = listRotationChoices(issuer, NOW);
    const { alg } = await createKey(context, { slug: 'miren', prepublish: false });
    expect([issuer.alg, alg]).toEqual(['EdDSA', 'RS256']);
    expect(once?.detail).toMatch(/^A new RS256 key signs from now on;/);
    expect(only?.detail).toMatch(/^A new RS256 key is published;/);
  });

  it('name the oldest key for now, as the daemon takes it, and let every plan be taken back, the first to sign first', () => {
    const keys = [
      makeKey(),
      makeKey({ kid: 'later', state: 'next', signsFrom: at(500) }),
      makeKey({ kid: 'sooner', state: 'next', signsFrom: at(300) }),
      makeKey({ kid: 'oldest', state: 'next' }),
    ];
    const choices = listRotationChoices(makeIssuer({ keys }), NOW);
    expect(choices[0]?.detail).toMatch(/^oldest signs from now on/);
    expect(choices.flatMap((choice) => (choice.step === 'unplan' ? choice.kid : []))).toEqual(['sooner', 'later']);
  });
});

describe('Rotate Signing Key', () => {
  it('asks for the issuer, says what will happen, and does it', async () => {
    const context = await joinDaemon();
    const old = activeKid(context);
    editor.answers.push(choose('default'), choose('at once'));
    await rotateKey(context.session, undefined);
    await waitForStates(context, 'active', 'retiring');
    expect(activeKid(context)).not.toBe(old);
    expect(editor.said.join()).toMatch(/signs for default; the old key verifies until/);
    expect(editor.contextKeys.has('mintmark.hasRotated')).toBe(true);
  });

  it('is no step of the walkthrough while the person gives up, or the daemon refuses', async () => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'));
    await rotateKey(context.session, undefined);
    editor.answers.push(choose('default'), choose('at once'));
    vi.spyOn(context.session, 'call').mockRejectedValueOnce(new Error('x'));
    await expect(rotateKey(context.session, undefined)).rejects.toThrow('x');
    expect(editor.contextKeys.has('mintmark.hasRotated')).toBe(false);
  });

  it('does not ask for the issuer when it was run from its row', async () => {
    const context = await joinDaemon();
    editor.answers.push(choose('Publish only'));
    await rotateKey(context.session, { kind: 'issuer', slug: 'default' });
    await waitForStates(context, 'active', 'next');
    expect(editor.asked).toHaveLength(1);
  });

  it('with another algorithm signs with that', async () => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'), choose('Another algorithm'), choose('ES256'));
    await rotateKey(context.session, undefined);
    await waitForStates(context, 'active', 'retiring');
    expect(context.session.issuers[0]).toMatchObject({ alg: 'ES256' });
  });

  it('does nothing when the person thinks better of it, at either question', async () => {
    const context = await joinDaemon();
    await rotateKey(context.session, undefined);
    editor.answers.push(choose('default'));
    await rotateKey(context.session, undefined);
    expect((await context.session.call('keys.list', { slug: 'default' })).items).toHaveLength(1);
  });

  it('staged lets the daemon activate the new key, and tells when it signs', async () => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'), choose('Staged'));
    const rotating = rotateKey(context.session, undefined);
    await waitForStates(context, 'active', 'next');
    expect(editor.progress[0]).toMatchObject({ message: 'it signs in 10 min' });
    await context.daemon.control('POST', '/clock', { advanceSeconds: 600 });
    await rotating;
    expect(keyStates(context)).toEqual(['active', 'retiring']);
    expect(editor.said.join()).toMatch(/signs for default; the old key verifies until/);
    expect(editor.contextKeys.has('mintmark.hasRotated')).toBe(true);
  });

  it('staged leaves the new key published when the wait is cancelled, and it does not sign by itself then', async () => {
    const context = await joinDaemon();
    const cancel = new CancellationTokenSource();
    editor.cancellation = cancel.token;
    editor.answers.push(choose('default'), choose('Staged'));
    const rotating = rotateKey(context.session, undefined);
    await waitForStates(context, 'active', 'next');
    cancel.cancel();
    await rotating;
    await waitFor('the plan to be gone', () => stagedKey(context)?.signsFrom === null);
    await context.daemon.control('POST', '/clock', { advanceSeconds: 3_600 });
    const { items } = await context.session.call('keys.list', { slug: 'default' });
    expect(items.map(({ state }) => state)).toEqual(['active', 'next']);
  });

  it('staged ends its wait when the key is activated from elsewhere', async () => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'), choose('Staged'));
    const rotating = rotateKey(context.session, undefined);
    await waitForStates(context, 'active', 'next');
    const kid = stagedKey(context)?.kid ?? '';
    await context.daemon.control('POST', `/issuers/default/keys/${kid}/activate`, {});
    await rotating;
    expect(activeKid(context)).toBe(kid);
  });

  it('staged takes the key that was published before, and can be taken back', async () => {
    const context = await joinDaemon();
    const { kid } = await context.session.call('keys.rotate', { slug: 'default', prepublish: true });
    await waitForStates(context, 'active', 'next');
    editor.answers.push(choose('default'), choose('Staged'));
    const rotating = rotateKey(context.session, undefined);
    await waitFor('its time to sign', () => stagedKey(context)?.signsFrom);
    expect(stagedKey(context)?.kid).toBe(kid);

    editor.answers.push(choose('default'), choose('Do not sign by itself'));
    await rotateKey(context.session, undefined);
    await rotating;
    expect(stagedKey(context)).toMatchObject({ kid, signsFrom: null });
    expect(editor.asked.map(({ kind }) => kind)).not.toContain('information');
  });

  it('staged goes over to the time that was planned elsewhere, and ends when the plan is taken back there', async () => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'), choose('Staged'));
    const rotating = rotateKey(context.session, undefined);
    await waitForStates(context, 'active', 'next');
    const { kid } = stagedKey(context)!;
    const plan = (activateAfterSeconds: number | null) =>
      context.session.call('keys.plan', { slug: 'default', kid, activateAfterSeconds });
    await plan(7_000);
    await waitFor('the later time', () => JSON.stringify(editor.progress.at(-1)).includes('it signs in 1 h'));
    await plan(null);
    await rotating;
    expect(keyStates(context)).toEqual(['active', 'next']);
  });

  it('staged ends its wait when the issuer is deleted', async () => {
    const context = await joinDaemon();
    await context.session.call('issuers.create', { slug: 'brief' });
    await waitFor('the issuer', () => context.session.issuers.length === 2);
    editor.answers.push(choose('brief'), choose('Staged'));
    const rotating = rotateKey(context.session, undefined);
    await waitFor('its countdown', () => editor.progress.length > 0);
    await context.session.call('issuers.delete', { slug: 'brief' });
    await rotating;
    expect(context.session.issuers.map(({ slug }) => slug)).toEqual(['default']);
  });
});

describe('the lead of a staged rotation', () => {
  const issuer = makeIssuer();
  it.each([
    ['a new key', undefined, 600],
    ['one that was published four minutes ago', at(-240), 360],
    ['one that every cache has', at(-3_600), 1],
    ['one of a clock that went back', at(3_600), 600],
  ])('for %s is what caches still need, s', (_, createdAt, seconds) => {
    const staged = createdAt === undefined ? undefined : makeKey({ state: 'next', createdAt });
    expect(countLeadSeconds(issuer, staged, NOW)).toBe(seconds);
  });
});

describe('a staged rotation on a daemon that does not do as usual', () => {
  /** A session whose one issuer signs with one key, and publishes another to sign in ten minutes. */
  const script = (answer: (name: string) => unknown) => ({
    issuers: [makeIssuer()],
    onDidChangeIssuers: new EventEmitter<void>().event,
    call: vi.fn(async (name: string) => answer(name)),
  });
  const planned = makeKey({ kid: 'planned', state: 'next', signsFrom: at(600) });

  it('is not told of a fault when the key began to sign as the wait was cancelled', async () => {
    const cancel = new CancellationTokenSource();
    editor.cancellation = cancel.token;
    editor.answers.push(choose('Staged'));
    const session = script((name) => {
      if (name === 'keys.plan') throw new MintmarkError('key_active');
      return planned;
    });
    const rotating = rotateKey(session as never, { kind: 'issuer', slug: 'default' });
    await waitFor('its countdown', () => editor.progress.length > 0);
    cancel.cancel();
    await rotating;
    expect(session.call).toHaveBeenLastCalledWith('keys.plan', expect.objectContaining({ activateAfterSeconds: null }));
    expect(editor.said.join()).toContain('planned signs for default');
  });

  it('says so when the time has come and the key does not sign, as with a clock that stands', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    editor.answers.push(choose('Staged'));
    const rotating = rotateKey(script(() => planned) as never, { kind: 'issuer', slug: 'default' });
    await vi.advanceTimersByTimeAsync(606_000);
    await rotating;
    expect(editor.asked.at(-1)).toMatchObject({ kind: 'information' });
    expect(JSON.stringify(editor.asked.at(-1))).toContain('planned is due to sign for default and does not yet');
    const total = editor.progress.reduce<number>((sum, step) => sum + (step as { increment: number }).increment, 0);
    expect(Math.round(total)).toBe(100);
  });
});
