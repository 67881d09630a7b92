import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Uri, workspace } from 'vscode';
import { ignoreFile } from '../../../../extension/features/text/ignore-file.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';

const files = new Map<string, string>();

beforeEach(() => {
  resetEditor();
  files.clear();
  const { fs } = workspace;
  const folder = { uri: Uri.file('/project') };
  Object.assign(workspace, {
    getWorkspaceFolder: ({ path }: Uri) => (path.startsWith('/project/') ? folder : undefined),
    fs: {
      readFile: async ({ path }: Uri) => {
        const text = files.get(path);
        if (text === undefined) throw Object.assign(new Error('none'), { code: 'FileNotFound' });
        return new TextEncoder().encode(text);
      },
      writeFile: async ({ path }: Uri, bytes: Uint8Array) => void files.set(path, new TextDecoder().decode(bytes)),
    },
  });
  onTestFinished(() => void Object.assign(workspace, { fs, getWorkspaceFolder: undefined }));
});

const list = (): string | undefined => files.get('/project/.gitignore');

test.each([
  ['none', undefined, '/keys/a.pem\n'],
  ['one that ends in the middle of a line', 'dist', 'dist\n/keys/a.pem\n'],
  ['one with it', 'dist\r\n/keys/a.pem\r\n', 'dist\r\n/keys/a.pem\r\n'],
])(
  'the file of a key is added to .gitignore where there is %s, and it is said what that does not do',
  async (_, before, after) => {
    if (before !== undefined) files.set('/project/.gitignore', before);
    await ignoreFile('file:///project/keys/a.pem');
    expect(list()).toBe(after);
    expect(JSON.stringify(editor.asked)).toContain('If Git tracks the file already');
  },
);

test('a name is no pattern', async () => {
  await ignoreFile(Uri.file('/project/a[1]*.pem').toString());
  expect(list()).toBe('/a\\[1\\]\\*.pem\n');
});

test.each([[undefined], [7], ['file:///elsewhere/a.pem'], ['file:///project/a\n!b']])(
  '%j adds nothing',
  async (argument) => {
    await ignoreFile(argument);
    expect(list()).toBeUndefined();
  },
);
