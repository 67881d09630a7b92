import { expect, test } from 'vitest';
import { selectUnset } from '../../../daemon/cli/jobs/select-unset.ts';
import { PLATFORMS } from '../../../daemon/platforms/registry.ts';
import { openRunFixture, type StartRequest } from './run-fixture.ts';

type Started = Awaited<ReturnType<Awaited<ReturnType<typeof openRunFixture>>['start']>>;

/** What the job of `started` is left of these variables of its caller. */
function keep(started: Started, names: readonly string[]): string[] {
  const gone = selectUnset(started, Object.fromEntries(names.map((name) => [name, 'of the caller'])));
  return names.filter((name) => !gone.includes(name));
}

/** Clients take each of them for an identity, wherever they run. */
const IDENTITIES = [
  'SIGSTORE_ID_TOKEN',
  'NPM_ID_TOKEN',
  'PYPI_ID_TOKEN',
  'VAULT_ID_TOKEN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AZURE_FEDERATED_TOKEN_FILE',
  'IDENTITY_ENDPOINT',
  'ARM_OIDC_TOKEN',
  'ARM_OIDC_REQUEST_TOKEN',
  'DATABRICKS_OIDC_TOKEN',
  'SPIFFE_ENDPOINT_SOCKET',
  'MINTMARK_TOKEN',
  'MINTMARK_ISSUER',
  'MIREN_OIDC_ISSUER_URL',
];

test('a job that gets no token finds no identity of its caller either', async () => {
  const { start } = await openRunFixture();
  const started = await start({ event: 'fork' });
  expect(started.description.refusal?.code).toBe('fork');
  expect(keep(started, IDENTITIES)).toEqual([]);
  expect(Object.keys(started.variables).filter((name) => IDENTITIES.includes(name))).toEqual([]);
});

test('a generic job has a token of its own, and nothing else of the kind', async () => {
  const { start } = await openRunFixture();
  const { variables, ...started } = await start({ slug: 'default' });
  expect(variables.MINTMARK_TOKEN).toMatch(/^eyJ/);
  expect(keep({ variables, ...started }, IDENTITIES)).toEqual(Object.keys(variables));
});

test('a job has what its caller set for clients otherwise', async () => {
  const { start } = await openRunFixture();
  const own = ['AWS_PROFILE', 'AWS_ROLE_ARN', 'AZURE_CLIENT_ID', 'GOOGLE_APPLICATION_CREDENTIALS', 'KUBECONFIG'];
  const all = [...own, 'MINTMARK_HOME', 'NPM_TOKEN', 'GITHUB_TOKEN', 'CI', 'MY_ID_TOKEN'];
  expect(keep(await start(), all)).toEqual(all);
});

test('a job has its own token under a name that its caller used, too', async () => {
  const { start } = await openRunFixture();
  const { variables, unset } = await start({ slug: 'gitlab', options: { 'id-token': 'SIGSTORE_ID_TOKEN=sigstore' } });
  expect(variables.SIGSTORE_ID_TOKEN).toMatch(/^eyJ/);
  expect(unset).not.toContain('SIGSTORE_ID_TOKEN');
  expect(unset).toContain('NPM_ID_TOKEN');
});

/** Jobs whose tokens lie where the usual job of their platform has none. */
const OTHERS: readonly Partial<StartRequest>[] = [
  { slug: 'fly', options: { 'aws-role-arn': 'arn:aws:iam::123456789012:role/deploy' } },
  { slug: 'jenkins', options: { binding: 'file' } },
  { slug: 'kubernetes', options: { 'aws-role-arn': 'arn:aws:iam::123456789012:role/deploy' } },
  { slug: 'kubernetes', options: { 'azure-client-id': '00000000-0000-0000-0000-000000000000' } },
  { slug: 'terraform', options: { 'tagged-audiences': 'AWS=sts' } },
];

/** Names of variables that have a token or what to ask for one with, name a file that has, or open a door. */
function findWays({ variables, files, relays, requestToken }: Started): string[] {
  const isSecret = (text: string) => text.includes(requestToken) || text.includes('eyJ');
  const paths = files.filter(({ content }) => isSecret(content)).map(({ path }) => `/runs/1/${path}`);
  const named = Object.entries(variables).filter(([, value]) => isSecret(value) || paths.includes(value));
  return [...named.map(([name]) => name), ...relays.flatMap((relay) => Object.keys(relay.variables))];
}

test.each([
  ...Object.entries(PLATFORMS).flatMap(([slug, platform]) => (platform === null ? [] : [{ slug }])),
  ...OTHERS,
])('whatever a job of %o has a token by, no job on another platform finds', async (request) => {
  const { start } = await openRunFixture();
  const ways = findWays(await start(request));
  const other = await start(request.slug === 'github-actions' ? { slug: 'default' } : { event: 'fork' });
  // A person's cluster is asked by it, too: a pod has another one in its place.
  expect(keep(other, ways)).toEqual(ways.includes('KUBECONFIG') ? ['KUBECONFIG'] : []);
});
