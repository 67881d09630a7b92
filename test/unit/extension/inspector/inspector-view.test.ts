import { beforeEach, describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { MintmarkError } from '../../../../daemon/problem.ts';
import { readInspectorInFront } from '../../../../extension/features/inspector/inspector-in-front.ts';
import { createInspectorView } from '../../../../extension/features/inspector/inspector-view.ts';
import { copyTokenRedacted, watchToken } from '../../../../extension/features/text/token-commands.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makePanel } from '../pages/make-panel.ts';

beforeEach(resetEditor);

const EXPECT = { issuer: '', audience: [] };

/** An inspector in a window that has joined no daemon yet: the first question is what joins it. */
async function open() {
  const joined = await joinDaemon({ isJoined: false });
  // Starting would need the bundle; the daemon runs already.
  Object.assign(joined.session, { start: joined.session.joinIfRunning });
  const made = makePanel();
  const context = { ...joined, extension: { extensionUri: Uri.file('/ext') } } as never;
  const view = createInspectorView(context, made.panel, () => {});
  const show = (token: string) => view.show({ token, source: 'a file', expect: null });
  const [first, second] = [await joined.daemon.mint({ subject: 'a' }), await joined.daemon.mint({ subject: 'b' })];
  show(first.token);
  made.said.fire({ type: 'ready' });
  await waitFor('a snapshot', () => made.posted.length > 0);
  return { ...joined, ...made, show, first, second };
}

describe('what is asked in the inspector', () => {
  it('is about the token that was shown then, when another one is by the time it is done', async () => {
    const { said, show, first, second, watches } = await open();
    said.fire({ type: 'watch', expect: EXPECT });
    show(second.token);
    await waitFor('the watch', () => watches.pinned.length > 0);
    expect(watches.pinned[0]?.token).toBe(first.token);
  });

  it('fails for that token alone', async () => {
    const { said, show, second, posted, session } = await open();
    const attempts: ((error: Error) => void)[] = [];
    Object.assign(session, { start: () => new Promise((_, reject) => attempts.push(reject)) });
    const fail = async (at: number) => {
      said.fire({ type: 'verify', expect: EXPECT });
      await waitFor('the attempt', () => attempts.length > at);
      show(second.token);
      const count = posted.length;
      attempts[at]?.(new MintmarkError('state_locked'));
      await waitFor('a snapshot', () => posted.length > count);
      return posted.at(-1)?.problem;
    };
    expect(await fail(0)).toBeNull();
    expect(await fail(1)).toBeTypeOf('string');
  });
});

describe('an inspector that shows another token', () => {
  it('has let go of the one before: nobody asks about that any more', async () => {
    const { show, second, session, posted } = await open();
    await session.joinIfRunning();
    const seen = () => posted.at(-1) as { token?: string; verdict?: { status: string } | null } | undefined;
    await waitFor('the first verdict', () => seen()?.verdict?.status === 'accepted');
    show(second.token);
    await waitFor('the second', () => seen()?.token === second.token && seen()?.verdict?.status === 'accepted');
    await waitFor('the end of the first', async () => (await session.call('status', {})).watches === 1);
  });

  it('says nothing of what failed for the one before', async () => {
    const { said, show, second, posted, session } = await open();
    Object.assign(session, { start: () => Promise.reject(new MintmarkError('state_locked')) });
    said.fire({ type: 'verify', expect: EXPECT });
    await waitFor('the failure', () => posted.at(-1)?.problem !== null);
    show(second.token);
    await waitFor('the second', () => posted.at(-1)?.token === second.token);
    expect(posted.at(-1)?.problem).toBeNull();
  });
});

describe('a watch that the inspector begins or ends', () => {
  it('takes the place of what was asked before', async () => {
    const { said, posted, first } = await open();
    const status = () => (posted.at(-1)?.verdict as { status: string } | null)?.status;
    said.fire({ type: 'verify', expect: { issuer: '', audience: ['somebody else'] } });
    await waitFor('the answer', () => status() === 'refused');
    said.fire({ type: 'watch', expect: EXPECT });
    await waitFor('the watch', () => posted.at(-1)?.watched === true && status() === 'accepted');
    expect(posted.at(-1)).toMatchObject({ token: first.token, expect: { audience: [] } });
  });

  it('is that of the token which is shown, and of no other', async () => {
    const { said, session, watches, first, second } = await open();
    await session.joinIfRunning();
    for (const { token } of [first, second]) await watches.pin(token, {});
    said.fire({ type: 'unwatch' });
    expect(watches.pinned.map(({ token }) => token)).toEqual([second.token]);
  });
});

describe('an inspector in front', () => {
  it('lends its token to commands, while it has the focus and shows one', async () => {
    const { panel, show, second, closed } = await open();
    show(second.token);
    expect(readInspectorInFront()).toBeUndefined();
    Object.assign(panel, { active: true });
    expect(readInspectorInFront()).toEqual({ token: second.token, source: 'a file' });
    show('');
    expect(readInspectorInFront()).toBeUndefined();
    show(second.token);
    closed.fire();
    expect(readInspectorInFront()).toBeUndefined();
  });

  it('leaves a command to the token that it was run for', async () => {
    const { panel, show, first, second, watches, session } = await open();
    await session.joinIfRunning();
    const { id } = await watches.pin(first.token, {});
    show(second.token);
    Object.assign(panel, { active: true });
    await copyTokenRedacted({ watches, session } as never, { kind: 'watch', watchId: id });
    Object.assign(panel, { active: false });
    expect(editor.clipboard).toContain(first.token.split('.')[1]);
  });

  it.each([
    ['Watch Token', watchToken],
    ['Copy Token', copyTokenRedacted],
  ])('%s takes the token that is shown and asks for none', async (_, run) => {
    const { panel, show, first, second, watches, session } = await open();
    show(second.token);
    Object.assign(panel, { active: true });
    editor.asked.length = 0;
    await run({ watches, session } as never, undefined);
    expect(editor.asked).toEqual([]);
    const touched = [editor.clipboard, ...watches.pinned.map(({ token }) => token)].join();
    expect(touched).toContain(second.token.split('.')[1]);
    expect(touched).not.toContain(first.token.split('.')[1]);
    Object.assign(panel, { active: false });
  });
});
