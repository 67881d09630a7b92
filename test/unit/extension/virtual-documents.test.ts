import { beforeEach, expect, it } from 'vitest';
import type { TextDocumentContentProvider, Uri } from 'vscode';
import { createVirtualDocuments } from '../../../extension/virtual-documents.ts';
import { editor, resetEditor } from '../../support/vscode-script.ts';

beforeEach(resetEditor);

it('the address of a document says nothing of its text, which is gone when it is closed', async () => {
  const documents = createVirtualDocuments();
  await documents.show('token', 'jwt', 'secret');
  await documents.show('token', 'jwt', 'other');
  const [first, second] = editor.documents as { opened: Uri }[];
  expect([first?.opened.toString(), second?.opened.toString()]).toEqual([
    'mintmark-text:/token-1.jwt',
    'mintmark-text:/token-2.jwt',
  ]);
  const provider = editor.contentProviders.get('mintmark-text') as TextDocumentContentProvider;
  const read = (uri: Uri | undefined) => uri && provider.provideTextDocumentContent(uri, undefined as never);
  expect([read(first?.opened), read(second?.opened)]).toEqual(['secret', 'other']);
  editor.closed.fire({ uri: first?.opened });
  expect([read(first?.opened), read(second?.opened)]).toEqual(['', 'other']);
  documents.dispose();
});
