import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeHome, NODE, PROJECT, run } from '../support/program.ts';

it('a build in a fresh clone says in a line what is to be done first', async () => {
  const { parent, remove } = makeHome();
  onTestFinished(remove);
  for (const name of ['build.mjs', 'package.json']) copyFileSync(join(PROJECT, name), join(parent, name));
  const { code, stdout, stderr } = await run(NODE, ['build.mjs'], { cwd: parent }).done;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^[^\n]*run npm ci first[^\n]*\n$/);
});
