import { beforeEach, expect, it } from 'vitest';
import { EventEmitter, type TreeDataProvider } from 'vscode';
import { createRowTree, type RowNode } from '../../../extension/row-tree.ts';
import { editor, resetEditor } from '../../support/vscode-script.ts';

beforeEach(resetEditor);

const child: RowNode = {
  kind: 'key',
  slug: 'a',
  kid: 'k',
  id: 'a/k',
  label: 'k',
  icon: 'key',
  contextValue: 'key.active',
};
const parent: RowNode = {
  kind: 'issuer',
  slug: 'a',
  id: 'a',
  label: 'a',
  description: 'RS256',
  icon: 'verified',
  contextValue: 'issuer',
  command: 'mintmark.x',
  children: [child],
};

function open() {
  const tree = createRowTree('mintmark.issuers', () => [parent], new EventEmitter<void>().event);
  const view = editor.treeViews.get('mintmark.issuers');
  return { tree, view, provider: view?.provider as TreeDataProvider<RowNode> };
}

it('a row is shown as it says, for screen readers too', async () => {
  const { tree, provider } = open();
  expect(await provider.getTreeItem(parent)).toMatchObject({
    id: 'a',
    label: 'a',
    description: 'RS256',
    contextValue: 'issuer',
    collapsibleState: 2,
    accessibilityInformation: { label: 'a, RS256' },
    command: { command: 'mintmark.x', arguments: [parent] },
  });
  expect(await provider.getTreeItem(child)).toMatchObject({ collapsibleState: 0 });
  const short: RowNode = { ...child, description: 'revoked', spoken: 'refused: revoked' };
  expect(await provider.getTreeItem(short)).toMatchObject({
    accessibilityInformation: { label: 'k, refused: revoked' },
  });
  tree.dispose();
});

it('a row is found by its id and shown with what it lies in', async () => {
  const { tree, view, provider } = open();
  expect([await tree.reveal('a/k'), await tree.reveal('gone')]).toEqual([true, false]);
  expect(view?.revealed).toEqual([child]);
  expect([provider.getParent?.(child), provider.getParent?.(parent)]).toEqual([parent, undefined]);
  tree.dispose();
});
