import { beforeEach, describe, expect, it } from 'vitest';
import { commands, type TreeDataProvider } from 'vscode';
import { registerActivity } from '../../../../extension/features/activity/register-activity.ts';
import type { RowNode } from '../../../../extension/row-tree.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { joinDaemon } from '../join-daemon.ts';

beforeEach(resetEditor);

type Pick = { topic?: string; issuer?: string };

/** The view on a daemon where a key was rotated and a token minted; `shown` are the rows that other views have. */
async function open(shown: readonly string[] = []) {
  const joined = await joinDaemon();
  const revealed: string[] = [];
  const tree = {
    reveal: async (id: string) => {
      revealed.push(id);
      return shown.some((each) => id.startsWith(each));
    },
  };
  registerActivity(joined as never, { issuers: tree as never, tokens: tree as never });
  await joined.session.call('keys.rotate', { slug: 'default' });
  const { jti } = await joined.daemon.mint();
  const view = editor.treeViews.get('mintmark.activity');
  const provider = view?.provider as TreeDataProvider<RowNode> | undefined;
  const rows = async () => (await provider?.getChildren()) ?? [];
  await waitFor('the events', async () => (await rows()).some(({ label }) => label.includes('minted')));
  const rowOf = async (words: string) => (await rows()).find(({ label }) => label.includes(words));
  return { ...joined, jti, view, rows, rowOf, revealed };
}

describe('the activity view', () => {
  it('shows what is asked for and says that it is filtered, until everything is asked for again', async () => {
    const { rows, view } = await open();
    const all = (await rows()).length;
    editor.answers.push((picks: unknown) => (picks as Pick[]).filter(({ topic }) => topic === 'tokens'));
    await commands.executeCommand('mintmark.filterActivity');
    expect((await rows()).map(({ label }) => label)).toEqual([expect.stringContaining('minted')]);
    expect([view?.description, editor.contextKeys.get('mintmark.activityFiltered')]).toEqual(['filtered', true]);

    // Dismissed: it stays as it is.
    await commands.executeCommand('mintmark.filterActivity');
    expect(await rows()).toHaveLength(1);

    editor.answers.push([]);
    await commands.executeCommand('mintmark.filterActivity');
    expect(await rows()).toHaveLength(all);
    expect([view?.description, editor.contextKeys.get('mintmark.activityFiltered')]).toEqual(['', false]);
  });

  it('goes from a key that signs to its row', async () => {
    const { rowOf, revealed } = await open(['issuer/default/key/']);
    await commands.executeCommand('mintmark.openActivityObject', await rowOf('signs'));
    expect(revealed).toEqual([expect.stringMatching(/^issuer\/default\/key\/.+/)]);
    expect(editor.said).toEqual([]);
  });

  it('goes to the issuer of a key that is not shown, and says when that is gone, too', async () => {
    const { rowOf, revealed } = await open();
    await commands.executeCommand('mintmark.openActivityObject', await rowOf('published'));
    expect(revealed.at(-1)).toBe('issuer/default');
    expect(editor.said).toEqual(['What this was about is gone.']);
  });

  it('opens the record of a token that is in no view', async () => {
    const { rowOf, jti, revealed } = await open();
    await commands.executeCommand('mintmark.openActivityObject', await rowOf('minted'));
    expect(revealed).toEqual([`record/${jti}`]);
    expect(editor.executed.at(-1)).toEqual(['mintmark.showTokenRecord', { kind: 'record', jti }]);
  });

  it('does nothing for what is no row of it', async () => {
    const { revealed } = await open();
    for (const argument of [undefined, { kind: 'event', seq: 9_999 }, { kind: 'key' }]) {
      await commands.executeCommand('mintmark.openActivityObject', argument);
    }
    expect(revealed).toEqual([]);
  });
});
