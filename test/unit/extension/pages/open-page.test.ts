import { beforeEach, describe, expect, it } from 'vitest';
import { Uri } from 'vscode';
import { openPage } from '../../../../extension/pages/open-page.ts';
import { isTimelineRequest, type TimelineRequest } from '../../../../webview/protocol.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makePanel } from './make-panel.ts';

beforeEach(resetEditor);

async function open() {
  const joined = await joinDaemon();
  const made = makePanel();
  const answered: TimelineRequest[] = [];
  const context = { ...joined, extension: { extensionUri: Uri.file('/ext') } } as never;
  const page = openPage<TimelineRequest>(context, made.panel, {
    name: 'timeline',
    title: 'Key Timeline',
    isRequest: isTimelineRequest,
    makeSnapshot: (base) => base,
    answer: (request) => void answered.push(request),
  });
  return { ...made, page, answered, session: joined.session };
}

describe('a page', () => {
  it('may read nothing but the built pages', async () => {
    const { webview } = await open();
    expect(webview.options).toMatchObject({ enableScripts: true });
    const { localResourceRoots } = webview.options as { localResourceRoots: Uri[] };
    expect(localResourceRoots.map(String)).toEqual([String(Uri.file('/ext/dist/webview'))]);
  });

  it('gets a nonce of its own each time', async () => {
    const nonces = [await open(), await open()].map(({ webview }) => /nonce="([\w-]{22,})"/.exec(webview.html)?.[1]);
    expect(new Set(nonces).size).toBe(2);
    expect(nonces).not.toContain(undefined);
  });

  it('is told nothing before it is ready, then everything at once', async () => {
    const { page, posted, said } = await open();
    page.refresh();
    await Promise.resolve();
    expect(posted).toEqual([]);
    said.fire({ type: 'ready' });
    page.refresh();
    page.refresh();
    await waitFor('a snapshot', () => posted.length > 0);
    expect(posted).toMatchObject([{ type: 'snapshot', daemon: 'running' }]);
  });

  it('is told nothing while it is hidden: it is thrown away then', async () => {
    const { page, posted, said, turn } = await open();
    said.fire({ type: 'ready' });
    await waitFor('a snapshot', () => posted.length > 0);
    turn(false);
    page.refresh();
    await Promise.resolve();
    expect(posted).toHaveLength(1);
  });

  it('is told nothing once it is hidden, also before the editor says so', async () => {
    const { page, panel, posted, said } = await open();
    said.fire({ type: 'ready' });
    await waitFor('a snapshot', () => posted.length > 0);
    Object.assign(panel, { visible: false });
    page.refresh();
    await Promise.resolve();
    expect(posted).toHaveLength(1);
  });

  it('is heard when it asks for something of its kind', async () => {
    const { answered, said } = await open();
    said.fire({ type: 'choose', slug: 'gitlab' });
    expect(answered).toEqual([{ type: 'choose', slug: 'gitlab' }]);
  });

  it('is not heard when it asks for anything else, and only the number of such messages is logged', async () => {
    const { answered, said } = await open();
    for (const message of [
      { type: 'command', command: 'evil' },
      'evil',
      { type: 'choose', slug: 'a', path: '/evil' },
    ]) {
      said.fire(message);
    }
    expect(answered).toEqual([]);
    expect(editor.logged.filter((line) => line.includes('timeline'))).toHaveLength(3);
    expect(editor.logged.join('\n')).not.toContain('evil');
  });

  it('copies through the editor', async () => {
    const { said } = await open();
    said.fire({ type: 'copy', text: 'a kid' });
    await waitFor('the clipboard', () => editor.clipboard === 'a kid');
  });

  it('is not asked for anything once it is closed: the editor throws then', async () => {
    const { page, panel, posted, said, closed } = await open();
    said.fire({ type: 'ready' });
    await waitFor('a snapshot', () => posted.length > 0);
    let asked = 0;
    page.refresh();
    closed.fire();
    Object.defineProperty(panel, 'visible', { get: () => asked++ >= 0 });
    page.refresh();
    await Promise.resolve();
    await Promise.resolve();
    expect([asked, posted.length]).toEqual([0, 1]);
  });

  it('leaves nothing behind when it is closed', async () => {
    const { closed, posted, said, session } = await open();
    let told = 0;
    session.onDidChangeIssuers(() => {
      told += 1;
    });
    said.fire({ type: 'ready' });
    await waitFor('a snapshot', () => posted.length > 0);
    const count = posted.length;
    closed.fire();
    said.fire({ type: 'ready' });
    session.refresh();
    await waitFor('news of the issuers', () => told > 0);
    await Promise.resolve();
    expect(posted).toHaveLength(count);
  });
});
