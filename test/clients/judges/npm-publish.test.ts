import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NODE, PROJECT } from '../../support/program.ts';
import { raiseStage } from './support/stage.ts';
import { json, type Stub, startStub } from './support/stub.ts';
import { writeWorkflow } from './support/workflow.ts';

/** `npm publish` with trusted publishing, against a registry of our own that trusts one issuer. */
const stage = raiseStage();
const PACKAGE = '@acme/widgets';
const PATH = '/@acme%2fwidgets';
const EXCHANGE = `/-/npm/v1/oidc/token/exchange/package${PATH}`;
/** npm names the registry by its host without the port. */
const AUDIENCE = 'npm:127.0.0.1';
const NPM_TOKEN = 'npm_of-this-test';

let directory: string;
beforeAll(() => {
  directory = join(stage.directory, 'package');
  mkdirSync(directory);
  const manifest = { name: PACKAGE, version: '1.0.0', publishConfig: { access: 'public' } };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
});
const registries: Stub[] = [];
afterEach(async () => {
  for (const registry of registries.splice(0)) await registry.close();
});

async function openRegistry(slug: string): Promise<Stub> {
  const registry = await startStub(async ({ method, url, headers }) => {
    const token = headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (url === EXCHANGE) {
      await stage.believe(slug, token, AUDIENCE);
      return json(201, { token: NPM_TOKEN });
    }
    if (method === 'PUT' && url === PATH) return token === NPM_TOKEN ? json(201, { ok: true }) : json(401, {});
    return json(404, { error: 'Not found' });
  });
  registries.push(registry);
  return registry;
}

const npmPublish = ({ url }: Stub): string[] => [
  ...[NODE, join(PROJECT, 'node_modules/npm/bin/npm-cli.js'), 'publish', '--registry', `${url}/`],
  ...['--cache', join(stage.directory, 'npm-cache'), '--no-update-notifier', '--fetch-retries=0'],
];
const listAsked = ({ seen }: Stub) => seen.map(({ method, url }) => `${method} ${url}`);

describe('npm publish', () => {
  it.each([
    ['github-actions', [], []],
    ['gitlab', ['--set', `id-token=NPM_ID_TOKEN=${AUDIENCE}`], []],
    [
      'circleci',
      [],
      ['sh', '-c', `NPM_ID_TOKEN=$(circleci run oidc get --claims '{"aud":"${AUDIENCE}"}') exec "$@"`, 'sh'],
    ],
  ])('publishes as a job without any secret of npm’s: %s', async (platform, words, step) => {
    const registry = await openRegistry(platform);
    const outcome = await stage.run(['--as', platform, ...words, '--', ...step, ...npmPublish(registry)], {
      cwd: directory,
    });
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining(`+ ${PACKAGE}@1.0.0`) });
    const asked = listAsked(registry);
    expect(asked[0]).toBe(`POST ${EXCHANGE}`);
    expect(asked.at(-1)).toBe(`PUT ${PATH}`);
  });

  it('has to be logged in where the job may not ask for a token', async () => {
    const registry = await openRegistry('github-actions');
    const words = [...writeWorkflow(stage.directory)('forbidden'), '--', ...npmPublish(registry)];
    const { code, stderr } = await stage.run(words, { cwd: directory });
    expect(code).toBe(1);
    expect(stderr).toContain('npm error code ENEEDAUTH');
    expect(listAsked(registry).filter((line) => !line.startsWith('GET '))).toEqual([]);
  });

  it('has to be logged in where the registry refuses the token', async () => {
    const registry = await openRegistry('gitlab');
    const words = ['--as', 'gitlab', '--set', 'id-token=NPM_ID_TOKEN=npm:registry.example'];
    const { code, stderr } = await stage.run([...words, '--', ...npmPublish(registry)], { cwd: directory });
    expect(code).toBe(1);
    expect(stderr).toContain('npm error code ENEEDAUTH');
    expect(listAsked(registry)).toContain(`POST ${EXCHANGE}`);
  });
});
