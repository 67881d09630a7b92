import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CancellationTokenSource } from 'vscode';
import { countLeadSeconds, listRotationChoices } from '../../../../extension/features/keys/describe-rotation.ts';
import { rotateKey } from '../../../../extension/features/keys/rotate-key.ts';
import { waitStaged } from '../../../../extension/features/keys/wait-staged.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
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
    expect(choices[1]?.detail).toMatch(/^waiting, due to sign from .*; NzbLsXh8… signs until then/);
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
    await waitFor('the plan to be gone', () => stagedKey(context)?.signsFrom === null);
    await context.session.call('keys.retire', { slug: 'default', kid });
    await rotating;
    expect(keyStates(context)).toEqual(['active', 'retired']);
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

describe('the wait of a staged rotation', () => {
  it('counts down, and leaves it to the daemon when no news of the key comes in the end', async () => {
    vi.useFakeTimers();
    const left: number[] = [];
    const { token } = new CancellationTokenSource();
    const session = { issuers: [], onDidChangeIssuers: () => ({ dispose: () => {} }) };
    const wait = waitStaged({ session, slug: 'a', kid: 'k', seconds: 2, token, onSecond: (each) => left.push(each) });
    await vi.advanceTimersByTimeAsync(7_000);
    expect([await wait, left]).toEqual([{ kind: 'over' }, [2, 1, 0, 0, 0, 0, 0]]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
