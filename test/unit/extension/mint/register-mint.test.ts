import { beforeEach, describe, expect, it } from 'vitest';
import { commands, Uri, window } from 'vscode';
import { registerMint } from '../../../../extension/features/mint/register-mint.ts';
import { createVirtualDocuments } from '../../../../extension/virtual-documents.ts';
import { resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makePanel } from '../pages/make-panel.ts';

beforeEach(resetEditor);

async function open() {
  const joined = await joinDaemon();
  const panels: ReturnType<typeof makePanel>[] = [];
  const createWebviewPanel = () => {
    const made = makePanel();
    panels.push(made);
    return Object.assign(made.panel, { dispose: () => made.closed.fire() });
  };
  Object.assign(window, { createWebviewPanel });
  registerMint({ ...joined, extension: { extensionUri: Uri.file('/ext') } } as never, createVirtualDocuments());
  /** What the form says that a command has opened. */
  const readDraft = async (argument?: unknown) => {
    await commands.executeCommand('mintmark.mintToken', argument);
    const shown = panels.at(-1);
    const count = shown?.posted.length ?? 0;
    shown?.said.fire({ type: 'ready' });
    await waitFor('a snapshot', () => (shown?.posted.length ?? 0) > count);
    return shown?.posted.at(-1)?.draft as Record<string, string>;
  };
  return { ...joined, panels, readDraft };
}

describe('Mint Token', () => {
  it('opens an empty form of the default issuer, or of the one of the row', async () => {
    const { readDraft, panels } = await open();
    expect(await readDraft()).toMatchObject({ slug: 'default', subject: '', claims: '' });
    expect(await readDraft({ kind: 'issuer', slug: 'team-a' })).toMatchObject({ slug: 'team-a' });
    expect(panels).toHaveLength(1);
  });

  it('fills the form in with what a watched token says, also when a form is open already', async () => {
    const { readDraft, daemon, watches } = await open();
    const { token } = await daemon.mint({ subject: 'repo:acme/shop', claims: { team: 'shop' } });
    const { id } = await watches.pin(token, { audience: 'https://api.example.test' });
    await readDraft();
    expect(await readDraft({ kind: 'watch', watchId: id })).toMatchObject({
      slug: 'default',
      subject: 'repo:acme/shop',
      audience: 'https://api.example.test',
      claims: expect.stringContaining('"team": "shop"'),
    });
  });

  it('opens an empty form for a token that is no longer watched', async () => {
    const { readDraft } = await open();
    expect(await readDraft({ kind: 'watch', watchId: 'gone' })).toMatchObject({ slug: 'default', subject: '' });
  });
});
