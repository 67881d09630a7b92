import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { cleanEnvironment, makeHome, type Outcome, PROJECT, run } from '../support/program.ts';
import type { Issuer } from '../support/wire.ts';

/** The lines of README.md, as somebody would paste them beside a daemon on another port. */
const readme = readFileSync(join(PROJECT, 'README.md'), 'utf8');

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

/** The blocks for a shell below a heading. */
function listBlocks(heading: string): string[] {
  const start = readme.indexOf(`\n## ${heading}\n`);
  expect(start, heading).toBeGreaterThan(0);
  const section = readme.slice(start, readme.indexOf('\n## ', start + 1));
  const blocks = Array.from(section.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, lines = '']) => lines);
  return blocks.map((lines) => lines.replaceAll('http://localhost:6468', daemon.baseUrl));
}

function paste(lines: string, cwd = PROJECT): Promise<Outcome> {
  return run('/bin/sh', ['-c', lines], { cwd, env: cleanEnvironment(daemon.home) }).done;
}

it('the first five minutes go as README says', async () => {
  const [first = '', rotation = '', curl = ''] = listBlocks('Five minutes');
  const { keys } = (await daemon.control('GET', '/issuers/default')).json<Issuer>();
  const old = keys.find(({ state }) => state === 'active')?.kid ?? '';

  const minutes = await paste(first);
  expect(minutes.stdout).toContain('"sub": "repo:acme/shop"');
  expect(minutes.stdout).toMatch(/not verified[\s\S]*^exp .* expires in [45] min$[\s\S]*^Token verified$/m);
  expect(minutes.stdout).toContain('✗ audience');
  expect(minutes).toMatchObject({ code: 1, stderr: expect.stringContaining('token verification failed') });

  const broken = await paste(`${first}\n${rotation.replaceAll('<the old kid>', old)}\nwait`);
  expect(rotation).toContain('<the old kid>');
  expect(broken.stdout).toMatch(/is active$/m);
  expect(broken.stdout).toMatch(new RegExp(`^${old}\\s.* retiring `, 'm'));
  expect(broken.stdout).toMatch(/^✗ key .*key_revoked/m);

  const found = await paste(`${first} >/dev/null 2>&1\n${curl}`);
  expect(found.code).toBe(0);
  expect(found.stdout).toContain(`"issuer":"${daemon.baseUrl}/issuers/default"`);
  expect(found.stdout).toContain('"keys":[');
});

it('a job of a workflow file is listed and minted as README says', async () => {
  const { parent, remove } = makeHome();
  try {
    mkdirSync(join(parent, '.github/workflows'), { recursive: true });
    writeFileSync(
      join(parent, '.github/workflows/deploy.yml'),
      'on: push\njobs:\n  deploy:\n    environment: prod\n    permissions: { id-token: write }\n',
    );
    await paste('git init -q -b main . && git remote add origin https://git.example/acme/shop.git', parent);
    const [lines = ''] = listBlocks('The token of a CI job');
    const shell = `mintmark() { '${join(PROJECT, 'node_modules/.bin/node')}' '${join(PROJECT, 'dist/mintmark.js')}' "$@"; }\n`;
    // A package to publish is not here: what publishes it is judged by test/clients.
    const { stdout } = await paste(`${shell}${lines.replace('npm publish', 'env')}`, parent);
    expect(stdout).toMatch(/^deploy +push.* +repo:acme\/shop:environment:prod$/m);
    expect(stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/m);
    expect(stdout).toMatch(/^ACTIONS_ID_TOKEN_REQUEST_URL=/m);
    expect(stdout).toMatch(/^VAULT_ID_TOKEN=eyJ/m);
  } finally {
    remove();
  }
});
