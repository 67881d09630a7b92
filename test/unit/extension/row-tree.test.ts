import { beforeEach, describe, expect, it } from 'vitest';
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

function open(list: () => readonly RowNode[] = () => [parent]) {
  const told = new EventEmitter<void>();
  const tree = createRowTree('mintmark.issuers', list, told.event);
  const view = editor.treeViews.get('mintmark.issuers');
  const provider = view?.provider as TreeDataProvider<RowNode>;
  const redrawn: unknown[] = [];
  provider.onDidChangeTreeData?.((rows) => redrawn.push(rows));
  return { tree, view, provider, redrawn, tell: () => told.fire() };
}

/** All rows that the editor has got, by their ids. */
async function readRows(provider: TreeDataProvider<RowNode>): Promise<Map<string, RowNode>> {
  const roots = (await provider.getChildren()) ?? [];
  const inner = await Promise.all(roots.map(async (row) => (await provider.getChildren(row)) ?? []));
  return new Map([...roots, ...inner.flat()].map((row) => [row.id, row]));
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
  expect(await provider.getTreeItem({ ...short, fullLabel: 'key' })).toMatchObject({
    label: 'k',
    accessibilityInformation: { label: 'key, refused: revoked' },
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

describe('what is drawn anew', () => {
  const other: RowNode = { ...child, kid: 'l', id: 'a/l', label: 'l' };

  it('nothing before the view was seen, and nothing when no word changed', async () => {
    let asked = 0;
    const { tree, provider, redrawn, tell } = open(() => {
      asked++;
      return [{ ...parent, children: [{ ...child }] }];
    });
    tell();
    expect(asked).toBe(0);
    await readRows(provider);
    tell();
    expect([asked, redrawn]).toEqual([2, []]);
    tree.dispose();
  });

  it('a row alone when its words changed: it stays the row that the editor knows', async () => {
    let shown: RowNode = { ...parent, children: [{ ...child, tooltip: 'old' }, other] };
    const { tree, provider, redrawn, tell } = open(() => [shown]);
    const before = await readRows(provider);
    shown = { ...parent, children: [{ ...child, description: 'signs' }, other] };
    tell();
    expect(redrawn).toEqual([[before.get('a/k')]]);
    expect(before.get('a/k')).toEqual({ ...child, description: 'signs' });
    expect(await readRows(provider)).toEqual(before);
    for (const [id, row] of await readRows(provider)) expect(row).toBe(before.get(id));
    tree.dispose();
  });

  it.each([
    ['came', [child, other], [child]],
    ['went', [child], [child, other]],
    ['moved', [other, child], [child, other]],
  ])('what holds a row that %s, and everything when that is the view', async (_, after, before) => {
    let children = before;
    const { tree, provider, redrawn, tell } = open(() => [{ ...parent, children }]);
    const known = await readRows(provider);
    children = after;
    tell();
    expect(redrawn).toEqual([[known.get('a')]]);
    expect([...(await readRows(provider)).keys()]).toEqual(['a', ...after.map(({ id }) => id)]);
    tree.dispose();

    let roots = before;
    const flat = open(() => roots);
    await readRows(flat.provider);
    roots = after;
    flat.tell();
    expect(flat.redrawn).toEqual([undefined]);
    expect([...(await readRows(flat.provider)).keys()]).toEqual(after.map(({ id }) => id));
    flat.tree.dispose();
  });
});
