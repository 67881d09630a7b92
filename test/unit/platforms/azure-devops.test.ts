import { describe, expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/azure-devops/claims.ts';
import { azureDevops } from '../../../daemon/platforms/azure-devops/platform.ts';
import { openSite, readPayload, SECRET } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const AZURE_REPOS = { host: 'dev.azure.com', owner: 'contoso/shop', repository: 'web shop', sha: '2e'.repeat(20) };
const ORGANIZATION = '0a1b2c3d-4e5f-4607-8192-a3b4c5d6e7f8';
const CONNECTION = { 'service-connection': 'prod-arm', 'service-connection-id': ORGANIZATION };

test('a token has the claims of Azure DevOps, all texts, and lives ten minutes from ten minutes ago', async () => {
  const options = { 'org-id': ORGANIZATION, 'definition-id': '12' };
  const { header, claims } = await mintSample(azureDevops, sampleJob(azureDevops, { facts: AZURE_REPOS, options }));
  expect(Object.keys(header)).toEqual(['typ', 'alg', 'x5t', 'kid']);
  expect(header).toMatchObject({ typ: 'JWT', alg: 'RS256', kid: expect.stringMatching(/^[0-9A-F]{40}$/) });
  expect(Buffer.from(String(header.x5t), 'base64url').toString('hex').toUpperCase()).toBe(header.kid);
  expect(describeTypes(claims)).toEqual({
    ...{ iss: 'string', sub: 'string', aud: 'string', jti: 'string', iat: 'integer', nbf: 'integer', exp: 'integer' },
    ...{ org_id: 'string', prj_id: 'string', def_id: 'string', run_id: 'string' },
    ...{ rpo_id: 'string', rpo_uri: 'string', rpo_ver: 'string', rpo_ref: 'string' },
  });
  expect(claims).toMatchObject({
    iss: 'http://localhost:6468/issuers/azure-devops',
    sub: 'p://contoso/shop/web shop',
    aud: 'api://AzureADTokenExchange',
    jti: expect.stringMatching(UUID),
    org_id: ORGANIZATION,
    prj_id: expect.stringMatching(UUID),
    def_id: '12',
    run_id: expect.stringMatching(/^\d+$/),
    rpo_id: expect.stringMatching(UUID),
    rpo_uri: 'https://dev.azure.com/contoso/shop/_git/web%20shop',
    rpo_ver: '2e'.repeat(20),
    rpo_ref: 'refs/heads/main',
  });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(600);
  expect(Number(claims.nbf) - Number(claims.iat)).toBe(-600);
});

test('the described claims are those of a token', () => {
  expect(Object.keys(azureDevops.identify(sampleJob(azureDevops)).claims).sort()).toEqual(Object.keys(CLAIMS).sort());
});

test('a repository of GitHub has its name for an id, and its project is called like it', () => {
  const { subject, claims } = azureDevops.identify(sampleJob(azureDevops));
  expect(subject).toBe('p://acme/widgets/widgets');
  expect(claims).toMatchObject({ rpo_id: 'acme/widgets', rpo_uri: 'https://github.com/acme/widgets' });
});

describe('sub and ref', () => {
  test.each([
    ['push', 'refs/heads/main', 'IndividualCI'],
    ['tag', 'refs/tags/v1.0.0', 'IndividualCI'],
    ['pull_request', 'refs/pull/7/merge', 'PullRequest'],
    ['fork', 'refs/pull/7/merge', 'PullRequest'],
    ['schedule', 'refs/heads/main', 'Schedule'],
    ['manual', 'refs/heads/main', 'Manual'],
  ] as const)('of %s are those of the pipeline, or of the service connection', async (trigger, ref, reason) => {
    for (const environment of [null, 'production']) {
      const sample = { trigger, facts: { environment }, options: { pipeline: 'deploy' } };
      const job = sampleJob(azureDevops, sample);
      expect(azureDevops.identify(job)).toMatchObject({
        subject: 'p://acme/widgets/deploy',
        claims: { rpo_ref: ref },
        refusal: null,
      });
      const connected = sampleJob(azureDevops, { ...sample, options: CONNECTION });
      expect(azureDevops.identify(connected).subject).toBe('sc://acme/widgets/prod-arm');
      const variables = await azureDevops.handOver(job, sampleGrant(job)).variables();
      expect(variables).toMatchObject({ BUILD_REASON: reason, BUILD_SOURCEBRANCH: ref });
      expect(variables.ENVIRONMENT_NAME).toBe(environment ?? undefined);
    }
  });

  test('a reason of Azure’s own is kept', async () => {
    const job = sampleJob(azureDevops, { event: 'BatchedCI' });
    expect(await azureDevops.handOver(job, sampleGrant(job)).variables()).toMatchObject({ BUILD_REASON: 'BatchedCI' });
  });
});

test('clients that ask https alone are warned about, and connections in builds of forks', () => {
  const warningsOf = (issuerUrl: string, sample = {}) =>
    azureDevops.identify({ ...sampleJob(azureDevops, sample), issuerUrl }).warnings;
  expect(warningsOf('http://localhost:6468/issuers/azure-devops')).toHaveLength(1);
  expect(warningsOf('https://localhost:6468/issuers/azure-devops')).toEqual([]);
  expect(
    warningsOf('https://localhost:6468/issuers/azure-devops', { trigger: 'fork', options: CONNECTION }),
  ).toHaveLength(1);
});

test('a job finds the request endpoint, its credential and what Azure DevOps tells every job', async () => {
  const job = sampleJob(azureDevops, { facts: AZURE_REPOS, trigger: 'pull_request', options: CONNECTION });
  const variables = await azureDevops.handOver(job, { ...sampleGrant(job), workspace: '/work-tree' }).variables();
  const { claims } = azureDevops.identify(job);
  expect(variables).toMatchObject({
    TF_BUILD: 'True',
    SYSTEM_ACCESSTOKEN: SECRET,
    SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/contoso/',
    SYSTEM_COLLECTIONID: claims.org_id,
    SYSTEM_TEAMPROJECT: 'shop',
    SYSTEM_TEAMPROJECTID: claims.prj_id,
    SYSTEM_DEFINITIONID: claims.def_id,
    BUILD_BUILDID: claims.run_id,
    BUILD_REPOSITORY_ID: claims.rpo_id,
    BUILD_REPOSITORY_PROVIDER: 'TfsGit',
    BUILD_SOURCESDIRECTORY: '/work-tree',
    SYSTEM_PULLREQUEST_PULLREQUESTID: '7',
    SYSTEM_PULLREQUEST_ISFORK: 'False',
    AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: ORGANIZATION,
    AGENT_TEMPDIRECTORY: '/run-directory',
  });
  expect(variables.SYSTEM_OIDCREQUESTURI).toBe(
    `http://localhost:6468/issuers/azure-devops/contoso/${claims.prj_id}/_apis/distributedtask/hubs/build/plans/${variables.SYSTEM_PLANID}/jobs/${variables.SYSTEM_JOBID}/oidctoken`,
  );
});

describe('the request endpoint', () => {
  const open = async (options = {}) => {
    const job = sampleJob(azureDevops, { options });
    const { ask } = await openSite(azureDevops, job);
    const { SYSTEM_OIDCREQUESTURI: url } = await azureDevops.handOver(job, sampleGrant(job)).variables();
    const path = String(url).slice(job.issuerUrl.length);
    const headers = { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' };
    return { ask, path, headers };
  };

  test.each(['7.1', '7.1-preview.1', '7.1-preview'])(
    'gives the token of the pipeline for version %s',
    async (version) => {
      const { ask, path, headers } = await open(CONNECTION);
      const { status, content } = await ask({ path: `${path}?api-version=${version}`, headers });
      expect(status).toBe(200);
      expect(Object.keys(content)).toEqual(['oidcToken']);
      expect(readPayload(content.oidcToken)).toMatchObject({ sub: 'p://acme/widgets/widgets' });
    },
  );

  test('gives that of the service connection whose id it is asked with, in any case', async () => {
    const { ask, path, headers } = await open(CONNECTION);
    const id = ORGANIZATION.toUpperCase();
    const { content } = await ask({ path: `${path}?api-version=7.1&serviceConnectionId=${id}`, headers });
    expect(readPayload(content.oidcToken)).toMatchObject({ sub: 'sc://acme/widgets/prod-arm' });
  });

  test('takes the version as a parameter of Accept, and none as a mistake', async () => {
    const { ask, path, headers } = await open();
    const accept = { ...headers, accept: 'application/json;api-version=7.1' };
    expect((await ask({ path, headers: accept })).status).toBe(200);
    const refused = await ask({ path, headers });
    expect(refused).toMatchObject({ status: 400, content: { typeKey: 'VssVersionNotSpecifiedException', $id: '1' } });
  });

  test('answers another method as if it were a list', async () => {
    const { ask, path, headers } = await open();
    expect(await ask({ method: 'GET', path: `${path}?api-version=7.1`, headers })).toMatchObject({
      status: 405,
      content: { count: 1, value: { Message: "The requested resource does not support http method 'GET'." } },
    });
  });

  test('refuses who has no credential, a wrong one, the path of another job and a connection that is not the job’s', async () => {
    const { ask, path, headers } = await open(CONNECTION);
    const query = '?api-version=7.1';
    for (const authorization of ['', 'Bearer nope', `Basic ${SECRET}`]) {
      const { status, content } = await ask({ path: path + query, headers: { authorization } });
      expect([status, content.typeKey]).toEqual([401, 'UnauthorizedRequestException']);
    }
    const elsewhere = path.replace(/plans\/[^/]+/, 'plans/other');
    expect((await ask({ path: elsewhere + query, headers })).status).toBe(404);
    expect((await ask({ path: `${path}${query}&serviceConnectionId=other`, headers })).status).toBe(403);
  });

  test('describes a failure inside as it describes its own', () => {
    const answer = azureDevops.describeFailure?.(500, 'Something went wrong');
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ message: 'Something went wrong', innerException: null });
  });
});
