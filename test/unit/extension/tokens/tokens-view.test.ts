import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commands, EventEmitter, type TreeDataProvider } from 'vscode';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import type { WatchedToken } from '../../../../extension/daemon/watch-list.ts';
import { createRecordList } from '../../../../extension/features/tokens/record-list.ts';
import { registerTokens } from '../../../../extension/features/tokens/register-tokens.ts';
import { tellRefusals } from '../../../../extension/features/tokens/tell-refusals.ts';
import type { RowNode } from '../../../../extension/row-tree.ts';
import { createVirtualDocuments } from '../../../../extension/virtual-documents.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { seemOwnProcess } from '../../client/ended-process.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makeVerdict } from '../text/make-context.ts';
import { makeEvent, makeRecord } from '../wire-values.ts';

beforeEach(resetEditor);

const watched = (id: string, reason: 'key_revoked' | 'expired' = 'key_revoked'): WatchedToken => ({
  id,
  label: `repo:acme/${id}`,
  token: `a.${id}.c`,
  expect: {},
  pinned: true,
  verdict: makeVerdict({ status: 'refused', reason }),
});

describe('the message that a watched token is refused', () => {
  const open = () => {
    vi.useFakeTimers();
    const refused = new EventEmitter<WatchedToken>();
    const telling = tellRefusals({ onDidRefuse: refused.event });
    return { refused, telling };
  };
  afterEach(() => void vi.useRealTimers());

  it('says which, why, and offers the one action that helps, for that token', async () => {
    const { refused } = open();
    editor.answers.push('Mint a New One');
    refused.fire(watched('shop'));
    await vi.advanceTimersByTimeAsync(500);
    expect(editor.asked).toMatchObject([{ subject: { message: expect.stringContaining('repo:acme/shop') } }]);
    expect(editor.executed).toEqual([['mintmark.mintToken', { kind: 'watch', watchId: 'shop' }]]);
  });

  it('is about one token where two watches on it are refused together', async () => {
    const { refused } = open();
    refused.fire(watched('shop'));
    refused.fire({ ...watched('shop'), id: 'watch-2', expect: { audience: 'other' } });
    await vi.advanceTimersByTimeAsync(500);
    expect(editor.asked).toMatchObject([{ choices: ['Mint a New One'] }]);
  });

  it('is one for all that are refused together', async () => {
    const { refused } = open();
    editor.answers.push('Show Them');
    for (let at = 0; at < 50; at++) refused.fire(watched(String(at), at % 2 ? 'key_revoked' : 'expired'));
    await vi.advanceTimersByTimeAsync(500);
    expect(editor.asked).toHaveLength(1);
    const subject = editor.asked.map((asked) => asked.subject as { message: string })[0];
    expect(subject?.message).toMatch(/and 49 more .*: it has expired; its key was revoked\.$/);
    expect(editor.executed).toEqual([['mintmark.tokens.focus']]);
  });

  it.each([1, 2])('writes no link, whatever the %i tokens are called', async (count) => {
    const { refused } = open();
    for (let at = 0; at < count; at++) refused.fire({ ...watched('shop'), label: '[here](https://evil.example)' });
    await vi.advanceTimersByTimeAsync(500);
    expect(JSON.stringify(editor.asked)).toContain('here');
    expect(JSON.stringify(editor.asked)).not.toContain('](');
  });

  it('does not come after the end', async () => {
    const { refused, telling } = open();
    refused.fire(watched('shop'));
    telling.dispose();
    await vi.advanceTimersByTimeAsync(500);
    expect(editor.asked).toEqual([]);
  });
});

describe('the records', () => {
  const open = (visible: boolean) => {
    const [states, events, visibility] = [
      new EventEmitter<DaemonState>(),
      new EventEmitter<never>(),
      new EventEmitter<never>(),
    ];
    const view = { visible, onDidChangeVisibility: visibility.event };
    let reads = 0;
    const session = {
      state: { kind: 'running' } as DaemonState,
      onDidChangeState: states.event,
      onDidAppendEvents: events.event,
      call: async () => ({ items: [makeRecord({ jti: `read ${++reads}` })], nextCursor: null }),
    };
    const list = createRecordList(session as never, view as never, () => {});
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    const happen = async (name: string) => {
      events.fire([makeEvent({ name })] as never);
      await settle();
    };
    const show = async () => {
      view.visible = true;
      visibility.fire({ visible: true } as never);
      await settle();
    };
    const enter = async (kind: DaemonState['kind']) => {
      session.state = { kind } as DaemonState;
      states.fire(session.state);
      await settle();
    };
    return { list, happen, show, enter, settle, count: () => reads };
  };

  it.each(['token.minted', 'token.revoked', 'issuer.deleted'])('are read again after %s', async (name) => {
    const { list, happen, settle } = open(true);
    await settle();
    expect(list.records[0]?.jti).toBe('read 1');
    await happen(name);
    expect(list.records[0]?.jti).toBe('read 2');
    await happen('key.activated');
    expect(list.records[0]?.jti).toBe('read 2');
  });

  it('are those of before while the connection is being brought back, and none once the daemon is stopped', async () => {
    const { list, enter, settle, count } = open(true);
    await settle();
    await enter('reconnecting');
    expect(list.records).toHaveLength(1);
    await enter('stopped');
    expect(list.records).toEqual([]);
    expect(count()).toBe(1);
    await enter('running');
    expect(list.records).toHaveLength(1);
  });

  it('are not read before somebody sees them, and then once', async () => {
    const { happen, show, count } = open(false);
    await happen('token.minted');
    await happen('token.minted');
    expect(count()).toBe(0);
    await show();
    await show();
    expect(count()).toBe(1);
  });
});

describe('the tokens view', () => {
  const open = async () => {
    const joined = await joinDaemon();
    const documents = createVirtualDocuments();
    const registered = registerTokens({ ...joined, extension: {} } as never, documents);
    const row = async () => ({ kind: 'record', jti: (await joined.daemon.mint({ subject: 'a' })).jti });
    return { ...joined, documents, registered, row };
  };
  const isRevoked = async ({ session }: Awaited<ReturnType<typeof open>>, jti: string) =>
    (await session.call('tokens.show', { jti })).revokedAt !== null;

  it('revokes a token, but nothing that was not confirmed', async () => {
    const view = await open();
    const row = await view.row();
    await commands.executeCommand('mintmark.revokeToken', row);
    expect(editor.asked).toMatchObject([{ kind: 'warning', subject: { modal: true }, choices: ['Revoke'] }]);
    expect(await isRevoked(view, row.jti)).toBe(false);
    editor.answers.push('Revoke');
    await commands.executeCommand('mintmark.revokeToken', row);
    expect(await isRevoked(view, row.jti)).toBe(true);
  });

  it.each([undefined, 'record', { kind: 'watch', jti: 'a' }, { kind: 'key', jti: 'a' }])(
    'revokes and shows nothing for %j, which is no row of a record',
    async (argument) => {
      const { session, documents } = await open();
      const calls = vi.spyOn(session, 'call');
      const shown = vi.spyOn(documents, 'show');
      editor.answers.push('Revoke');
      for (const name of ['revokeToken', 'showTokenRecord'])
        await commands.executeCommand(`mintmark.${name}`, argument);
      expect([editor.asked, calls.mock.calls, shown.mock.calls]).toEqual([[], [], []]);
    },
  );

  it('shows the record of a token, which has no token in it', async () => {
    const { documents, row } = await open();
    const shown = vi.spyOn(documents, 'show');
    const { jti } = await row();
    await commands.executeCommand('mintmark.showTokenRecord', { kind: 'record', jti });
    const [name, extension, text] = shown.mock.calls[0] ?? [];
    expect([name, extension, (JSON.parse(text ?? '') as { jti: string }).jti]).toEqual(['record', 'json', jti]);
    expect(text).not.toContain('eyJ');
  });

  it('calls no issuer deleted that is only being stopped', async () => {
    const { session, daemon } = await open();
    seemOwnProcess(daemon);
    const provider = editor.treeViews.get('mintmark.tokens')?.provider as TreeDataProvider<RowNode>;
    // As it is at the time: a row that changes stays the same object.
    const read = () => (provider.getChildren() as RowNode[]).map((row) => row.contextValue);
    await daemon.mint({ subject: 'a' });
    await waitFor('the row', () => read().length === 1);
    const shown: string[] = [];
    const note = () => shown.push(...read());
    note();
    provider.onDidChangeTreeData?.(note);
    session.onDidChangeIssuers(note);
    await session.stop();
    expect(shown.length).toBeGreaterThan(1);
    expect(new Set(shown)).toEqual(new Set(['record.live']));
    await waitFor('the end of the rows', () => read().length === 0);
  });

  it('wears the number of watched tokens that are refused', async () => {
    const { session, watches, daemon } = await open();
    const { token, jti } = await daemon.mint();
    await watches.pin(token, {});
    const readBadge = () => editor.treeViews.get('mintmark.tokens')?.badge as { value: number } | undefined;
    expect(readBadge()).toBeUndefined();
    await session.call('tokens.revoke', { jti });
    await waitFor('the badge', () => readBadge()?.value === 1);
    for (const { id } of watches.pinned) watches.unpin(id);
    expect(readBadge()).toBeUndefined();
  });
});
