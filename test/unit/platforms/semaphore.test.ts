import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AWS_TAGS, CLAIMS } from '../../../daemon/platforms/semaphore/claims.ts';
import { semaphore } from '../../../daemon/platforms/semaphore/platform.ts';
import { formatShortSubject } from '../../../daemon/platforms/semaphore/subject.ts';
import { openSite } from './open-site.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

const ISSUER = 'http://localhost:6468/issuers/semaphore';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PROJECT = '1e1fcfb5-09c0-487e-b051-2d0b5514c42a';

test('a token has the claims of Semaphore, all texts', async () => {
  const job = sampleJob(semaphore, { options: { 'project-id': PROJECT } });
  const { header, claims } = await mintSample(semaphore, job);
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(/^[0-9a-f]{32}$/) });
  const { iat, nbf, exp, ...others } = describeTypes(claims);
  expect([iat, nbf, exp]).toEqual(['integer', 'integer', 'integer']);
  expect(Object.keys(others).sort()).toEqual(
    [
      ...['iss', 'sub', 'aud', 'jti', 'sub127', 'org', 'org_id', 'prj', 'prj_id', 'wf_id', 'ppl_id', 'job_id', 'repo'],
      ...['repo_slug', 'actor', 'tag', 'ref', 'ref_type', 'branch', 'pr', 'pr_branch', 'job_type', 'trg'],
    ].sort(),
  );
  expect(new Set(Object.values(others))).toEqual(new Set(['string']));
  expect(claims).toMatchObject({
    iss: ISSUER,
    aud: ISSUER,
    sub: `org:acme:project:${PROJECT}:repo:widgets:ref_type:branch:ref:refs/heads/main`,
    sub127: `acme:${PROJECT}:widgets:br:heads/main`,
    org: 'acme',
    org_id: expect.stringMatching(UUID),
    prj: 'widgets',
    prj_id: PROJECT,
    wf_id: expect.stringMatching(UUID),
    ppl_id: expect.stringMatching(UUID),
    job_id: expect.stringMatching(UUID),
    repo: 'widgets',
    repo_slug: 'acme/widgets',
    actor: '',
    tag: '',
    branch: 'main',
    pr: '',
    pr_branch: '',
    job_type: 'pipeline_job',
    trg: 'h:f-i:f',
    jti: expect.stringMatching(/^[0-9a-v]{24}$/),
  });
  expect(claims.nbf).toBe(claims.iat);
  expect(Number(claims.exp) - Number(claims.iat)).toBe(86_400);
});

test('a kid is the MD5 of the JWK’s n', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n } = publicKey.export({ format: 'jwk' });
  expect(semaphore.profile.kidOf(publicKey)).toBe(
    createHash('md5')
      .update(n ?? '')
      .digest('hex'),
  );
});

test('tokens of the same instant have different jti', () => {
  const jtiOf = semaphore.profile.jtiOf ?? String;
  expect(jtiOf('019ab000-0000-7000-8000-000000000000')).not.toBe(jtiOf('019ab000-0000-7001-8000-000000000000'));
  expect(jtiOf('00000000-0000-0000-0000-000000000000')).toBe('0'.repeat(24));
  expect(jtiOf('ffffffff-ffff-ffff-ffff-ffffffffff00')).toBe('v'.repeat(24));
});

describe('the JWKS', () => {
  test('is the same document at both paths', async () => {
    const { documentAt } = await openSite(semaphore, sampleJob(semaphore));
    const first = documentAt('/.well-known/jwks.json');
    expect(first).toMatchObject({ cacheControl: 'max-age=900, public, must-revalidate' });
    expect(documentAt('/.well-known/jwks')).toEqual(first);
  });

  test('is named by a discovery document with exactly Semaphore’s members', async () => {
    const { documentAt } = await openSite(semaphore, sampleJob(semaphore));
    expect(JSON.parse(String(documentAt('/.well-known/openid-configuration')?.body))).toEqual({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      subject_types_supported: ['public', 'pairwise'],
      response_types_supported: ['id_token'],
      claims_supported: expect.arrayContaining(['jti', 'sub127', 'trg']),
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid'],
    });
  });
});

describe('what started the job', () => {
  const sub = (ref: string) => new RegExp(`^org:acme:project:[0-9a-f-]{36}:repo:widgets:ref_type:${ref}$`);
  test.each([
    ['push', 'branch:ref:refs/heads/main', 'br:heads/main', { trg: 'h:f-i:f', branch: 'main', tag: '' }],
    ['tag', 'tag:ref:refs/tags/v1.0.0', 'tg:tags/v1.0.0', { branch: 'refs/tags/v1.0.0', tag: 'v1.0.0' }],
    [
      'pull_request',
      'pull-request:ref:refs/pull/7/merge',
      'pr:pull/7/merge',
      { pr: '7', pr_branch: 'feature', branch: 'main' },
    ],
    ['fork', 'pull-request:ref:refs/pull/7/merge', 'pr:pull/7/merge', { pr: '7', repo_slug: 'acme/widgets' }],
    ['schedule', 'branch:ref:refs/heads/main', 'br:heads/main', { trg: 's:f-i:f' }],
    ['manual', 'branch:ref:refs/heads/main', 'br:heads/main', { trg: 'm:f-i:f' }],
  ] as const)('is in the claims of %s', (trigger, ref, short, claims) => {
    for (const environment of [null, 'prod']) {
      const identity = semaphore.identify(sampleJob(semaphore, { trigger, facts: { environment } }));
      expect(identity.subject).toMatch(sub(ref));
      expect(identity.claims.sub127).toMatch(new RegExp(`^acme:[0-9a-f-]{36}:widgets:${short}$`));
      expect(identity.claims).toMatchObject(claims);
      expect(identity.refusal).toBeNull();
    }
  });

  test.each([
    ['a rerun', { facts: { runAttempt: 2 } }, 'h:t-i:f'],
    ['an automatic promotion', { options: { promotion: 'auto' } }, 'h:f-u:f'],
    ['a rerun of a promoted pipeline', { options: { promotion: 'manual', 'pipeline-rerun': 'true' } }, 'h:f-n:t'],
    ['the API', { trigger: 'manual', event: 'api' }, 'a:f-i:f'],
  ] as const)('is in trg of %s', (_name, sample, trg) => {
    expect(semaphore.identify(sampleJob(semaphore, sample)).claims.trg).toBe(trg);
  });

  test('is nothing for a debug job', () => {
    const job = sampleJob(semaphore, { options: { 'job-type': 'debug_job' } });
    expect(semaphore.identify(job).claims).toMatchObject({ job_type: 'debug_job', wf_id: '', ppl_id: '', trg: '' });
  });
});

describe('sub127', () => {
  const parts = { organization: 'o'.repeat(40), projectId: 'p'.repeat(36), repository: 'r'.repeat(40) };

  test('cuts every value to its length, and is never longer than 127', () => {
    const short = formatShortSubject({ ...parts, refType: 'branch', ref: `refs/heads/${'b'.repeat(60)}` });
    expect(short).toBe(
      `${'o'.repeat(25)}:${'p'.repeat(36)}:${'r'.repeat(25)}:br:${`heads/${'b'.repeat(60)}`.slice(0, 35)}`,
    );
    expect(short).toHaveLength(127);
  });

  test('cuts a long ref also where there is room for more', () => {
    const ref = `refs/heads/${'b'.repeat(60)}`;
    const short = formatShortSubject({ organization: 'o', projectId: 'p', repository: 'r', refType: 'branch', ref });
    expect(short).toBe(`o:p:r:br:heads/${'b'.repeat(29)}`);
  });

  test('has no colon of a value', () => {
    expect(formatShortSubject({ ...parts, organization: 'a:b', refType: 'tag', ref: 'refs/tags/v:1' })).toMatch(
      /^ab:p+:r{25}:tg:tags\/v1$/,
    );
  });
});

test('session tags for AWS are there where the organization has them', () => {
  const { claims } = semaphore.identify(
    sampleJob(semaphore, { options: { 'aws-tags': 'true', 'project-id': PROJECT } }),
  );
  expect(Object.keys(claims).sort()).toEqual(Object.keys(CLAIMS).sort());
  expect(claims[AWS_TAGS]).toEqual({
    principal_tags: {
      prj_id: [PROJECT],
      repo: ['widgets'],
      branch: ['main'],
      ref_type: ['branch'],
      job_type: ['pipeline_job'],
      pr_branch: [''],
      repo_slug: ['acme/widgets'],
      trg: ['h:f-i:f'],
    },
    transitive_tag_keys: ['prj_id', 'repo', 'branch', 'ref_type', 'job_type', 'pr_branch', 'repo_slug', 'trg'],
  });
});

describe('the audience', () => {
  test.each(['sts.amazonaws.com', [ISSUER, 'other'], [ISSUER]].map((audience) => ({ audience })))(
    '$audience is refused: it is always the issuer',
    async ({ audience }) => {
      await expect(mintSample(semaphore, sampleJob(semaphore), audience)).rejects.toMatchObject({
        code: 'invalid_request',
      });
    },
  );

  test('may be asked for when it is the issuer', async () => {
    expect((await mintSample(semaphore, sampleJob(semaphore), ISSUER)).claims.aud).toBe(ISSUER);
  });
});

test('a job finds its token and what Semaphore tells every job', async () => {
  const job = sampleJob(semaphore, { trigger: 'pull_request', options: { 'project-id': PROJECT } });
  const variables = await semaphore.handOver(job, sampleGrant(job)).variables();
  const { claims } = semaphore.identify(job);
  expect(variables).toMatchObject({
    CI: 'true',
    SEMAPHORE: 'true',
    SEMAPHORE_OIDC_TOKEN: 'token for null',
    SEMAPHORE_ORGANIZATION_URL: ISSUER,
    SEMAPHORE_PROJECT_ID: PROJECT,
    SEMAPHORE_JOB_ID: claims.job_id,
    SEMAPHORE_WORKFLOW_ID: claims.wf_id,
    SEMAPHORE_GIT_REF: claims.ref,
    SEMAPHORE_GIT_REF_TYPE: claims.ref_type,
    SEMAPHORE_GIT_PR_BRANCH: 'feature',
    SEMAPHORE_WORKFLOW_TRIGGERED_BY_HOOK: 'true',
  });
  expect(semaphore.realIssuer(job)).toBe('https://acme.semaphoreci.com');
});

test('every option takes its own default', () => {
  for (const option of Object.values(semaphore.options))
    expect(option.pattern?.test(option.default) ?? true).toBe(true);
});
