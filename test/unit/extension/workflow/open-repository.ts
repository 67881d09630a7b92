import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Uri } from 'vscode';
import { editor } from '../../../support/vscode-script.ts';
import { commitAll, initRepository } from '../../../support/workflow-repository/write-repository.ts';

export const DEPLOY = '.github/workflows/deploy.yml';
export const DEPLOY_TEXT = `on: [push, workflow_dispatch]
jobs:
  deploy:
    permissions: { id-token: write }
    environment: prod
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
  lint:
    runs-on: ubuntu-latest
    steps: [{ run: ./lint }]
`;

/** A repository of acme/widgets with these files, open in the editor until the test is over. */
export function openRepository(files: Readonly<Record<string, string>> = { [DEPLOY]: DEPLOY_TEXT }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mintmark-workflow-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  initRepository(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    editor.files.push(Uri.file(path) as never);
  }
  commitAll(folder);
  editor.folder = folder;
  return folder;
}
