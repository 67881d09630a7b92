import { beforeEach, describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { MintmarkError } from '../../../../daemon/problem.ts';
import { createInspectorView } from '../../../../extension/features/inspector/inspector-view.ts';
import { resetEditor } from '../../../support/vscode-script.ts';
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
