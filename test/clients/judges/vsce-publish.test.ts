import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NODE, PROJECT } from '../../support/program.ts';
import { raiseStage } from './support/stage.ts';
import { json, type Seen, type Stub, type StubAnswer, startStub } from './support/stub.ts';
import { writeWorkflow } from './support/workflow.ts';

/** `vsce publish --oidc`, against a Marketplace of our own that trusts one issuer. */
const stage = raiseStage();
const AUDIENCE = 'marketplace.visualstudio.com';
const CREDENTIAL = 'credential-of-this-test';
const EXCHANGE = '/_apis/gallery/token?api-version=7.2-preview.1';

/** Where the gallery's resources are: Azure DevOps' clients ask for this first. */
const locate = (id: string, routeTemplate: string) => ({
  ...{ id, area: 'gallery', resourceName: 'extensions', routeTemplate },
  ...{ resourceVersion: 2, minVersion: '1.0', maxVersion: '7.2', releasedVersion: '0.0' },
});
const LOCATIONS = [
  locate('a41192c8-9525-4b58-bc86-179fa549d80d', '_apis/{area}/{resource}'),
  locate('e11ea35a-16fe-4b80-ab11-c4cab88a0966', '_apis/{area}/publishers/{publisherName}/{resource}/{extensionName}'),
];

let directory: string;
let marketplace: Stub;
beforeAll(async () => {
  directory = join(stage.directory, 'widgets');
  mkdirSync(directory);
  const manifest = { name: 'widgets', publisher: 'acme', version: '1.0.0', engines: { vscode: '^1.105.0' } };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(directory, 'README.md'), '# Widgets\n\nAll of them.\n');
  marketplace = await startStub(answer);
  return () => marketplace.close();
});
afterEach(() => {
  marketplace.seen.length = 0;
});

async function answer({ method, url, headers, body }: Seen): Promise<StubAnswer> {
  if (method === 'OPTIONS') return json(200, { count: LOCATIONS.length, value: LOCATIONS });
  if (url === EXCHANGE) {
    await stage.believe('github-actions', headers.authorization?.replace(/^FederatedToken /, '') ?? '', AUDIENCE);
    const { publisherName } = JSON.parse(body.toString()) as { publisherName: string };
    return publisherName === 'acme' ? json(200, { credential: CREDENTIAL }) : json(403, {});
  }
  const isKnown = headers.authorization === `Basic ${Buffer.from(`OAuth:${CREDENTIAL}`).toString('base64')}`;
  if (!isKnown) return json(401, {});
  return method === 'POST' ? json(200, { extensionName: 'widgets' }) : json(404, {});
}

const vscePublish = (): string[] => [
  ...[NODE, join(PROJECT, 'node_modules/@vscode/vsce/vsce'), 'publish', '--oidc'],
  ...['--no-dependencies', '--skip-license', '--allow-missing-repository'],
];
const publishAs = (words: readonly string[]) =>
  stage.run([...words, '--', ...vscePublish()], { cwd: directory, env: { VSCE_MARKETPLACE_URL: marketplace.url } });
const listPosted = () => marketplace.seen.filter(({ method }) => method === 'POST').map(({ url }) => url);

describe('vsce publish --oidc', () => {
  it('publishes as a job without any secret of the Marketplace’s', async () => {
    const { code, stdout, stderr } = await publishAs(['--as', 'github-actions']);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('Published acme.widgets v1.0.0.');
    expect(listPosted()).toEqual([EXCHANGE, '/_apis/gallery/extensions']);
  });

  it('says what to permit where the job may not ask for a token', async () => {
    const { code, stdout } = await publishAs(writeWorkflow(stage.directory)('forbidden'));
    expect(code).toBe(1);
    expect(stdout).toContain('::error::GitHub Actions did not provide an OIDC token request URL and token.');
    expect(stdout).toContain('Add `permissions: id-token: write` to the workflow or job.');
    expect(listPosted()).toEqual([]);
  });

  it('knows no other platform', async () => {
    const { code, stderr } = await publishAs(['--as', 'gitlab']);
    expect(code).toBe(1);
    expect(stderr).toContain('OIDC publishing currently supports GitHub Actions only.');
  });
});
