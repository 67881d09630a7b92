import { expect, test } from 'vitest';
import { CLAIMS } from '../../../daemon/platforms/spacelift/claims.ts';
import { spacelift } from '../../../daemon/platforms/spacelift/platform.ts';
import { formatUlid } from '../../../daemon/platforms/spacelift/ulid.ts';
import { describeTypes, mintSample, sampleGrant, sampleJob } from './sample-job.ts';

type Sample = NonNullable<Parameters<typeof sampleJob>[1]>;

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const identify = (sample: Sample = {}) => spacelift.identify(sampleJob(spacelift, sample));

/** ci-platforms A14: every claim of a token, with its type. */
const GOLDEN = {
  iss: 'string',
  aud: 'string',
  sub: 'string',
  iat: 'integer',
  nbf: 'integer',
  exp: 'integer',
  jti: 'string',
  spaceId: 'string',
  callerType: 'string',
  callerId: 'string',
  runType: 'string',
  runId: 'string',
  scope: 'string',
};

test('a token has Spacelift’s header and claims, key by key and type by type', async () => {
  const job = sampleJob(spacelift, { options: { 'space-id': 'legacy', 'caller-id': 'infra' } });
  const { header, claims } = await mintSample(spacelift, job);
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ']);
  expect(describeTypes(claims)).toEqual(GOLDEN);
  expect(claims).toMatchObject({
    aud: 'acme.app.spacelift.io',
    sub: 'space:legacy:stack:infra:run_type:TRACKED:scope:write',
    nbf: claims.iat,
    exp: Number(claims.iat) + 3_600,
    jti: expect.stringMatching(ULID),
    spaceId: 'legacy',
    callerType: 'stack',
    callerId: 'infra',
    runType: 'TRACKED',
    runId: expect.stringMatching(ULID),
    scope: 'write',
  });
});

test('a UUIDv7 as ULID keeps its time, and the greatest of 128 bits fits', () => {
  // The example of the ULID specification: 1469918176385 ms.
  expect(formatUlid('01563df3-6481-7000-8000-000000000000').slice(0, 10)).toBe('01ARYZ6S41');
  expect(formatUlid('f'.repeat(32))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
});

test.each<[Sample, string, string]>([
  [{}, 'TRACKED', 'write'],
  [{ facts: { ref: 'refs/heads/feature' } }, 'PROPOSED', 'read'],
  [{ facts: { ref: 'refs/heads/live' }, options: { 'tracked-branch': 'live' } }, 'TRACKED', 'write'],
  [{ options: { 'tracked-branch': 'live' } }, 'PROPOSED', 'read'],
  [{ trigger: 'pull_request' }, 'PROPOSED', 'read'],
  [{ trigger: 'fork' }, 'PROPOSED', 'read'],
  [{ trigger: 'tag' }, 'TRACKED', 'write'],
  [{ trigger: 'schedule' }, 'TRACKED', 'write'],
  [{ trigger: 'manual', facts: { environment: 'prod' } }, 'TRACKED', 'write'],
  [{ options: { phase: 'planning' } }, 'TRACKED', 'read'],
  [{ options: { 'run-type': 'TASK', phase: 'planning' } }, 'TASK', 'write'],
  [{ options: { 'run-type': 'DESTROY' } }, 'DESTROY', 'write'],
])('%o is a run of the type %s that may %s', (sample, runType, scope) => {
  const { subject, claims, refusal } = identify(sample);
  expect(claims).toMatchObject({ runType, scope });
  expect(subject).toBe(`space:root:stack:widgets:run_type:${runType}:scope:${scope}`);
  expect(refusal).toBeNull();
});

test('a module is tested, whatever started it', () => {
  const { subject, claims } = identify({ trigger: 'pull_request', options: { 'caller-type': 'module' } });
  expect(subject).toBe('space:root:module:widgets:run_type:TESTING:scope:write');
  expect(claims.callerType).toBe('module');
});

test('a template makes another sub; the path of the space is claimed only where it is in there', () => {
  const options = { 'space-id': 'us-east-1', 'space-path': '/root/production/us-east-1' };
  const { subject, claims } = identify({
    options: { ...options, 'subject-template': '{spacePath}|{callerType}:{callerId}|{runType}|{scope}' },
  });
  expect(subject).toBe('/root/production/us-east-1|stack:widgets|TRACKED|write');
  expect(claims.spacePath).toBe('/root/production/us-east-1');
  expect(Object.keys(CLAIMS).every((name) => Object.hasOwn(claims, name))).toBe(true);
  expect(identify({ options }).claims).not.toHaveProperty('spacePath');
  expect(identify({ options: { 'subject-template': 'run:{runId}' } }).subject).toBe(`run:${claims.runId}`);
});

test.each(['{branch}', '{spaceId', 'a}b'])('the template %s is refused', (template) => {
  expect(() => identify({ options: { 'subject-template': template } })).toThrow(
    expect.objectContaining({ code: 'invalid_request' }),
  );
});

test('a run finds its token in a variable and at the root of its workspace', async () => {
  const job = sampleJob(spacelift, { trigger: 'pull_request' });
  const { variables, files } = spacelift.handOver(job, sampleGrant(job));
  expect(await variables()).toMatchObject({
    SPACELIFT_OIDC_TOKEN: 'token for null',
    TF_VAR_spacelift_account_name: 'acme.app.spacelift.io',
    TF_VAR_spacelift_commit_branch: 'feature',
    TF_VAR_spacelift_repository: 'acme/widgets',
    TF_VAR_spacelift_run_id: expect.stringMatching(ULID),
    TF_VAR_spacelift_run_state: 'PLANNING',
    TF_VAR_spacelift_run_type: 'PROPOSED',
    TF_VAR_spacelift_stack_id: 'widgets',
    TF_VAR_spacelift_workspace_root: '/run-directory',
  });
  expect(await files?.()).toEqual([
    { path: 'spacelift.oidc', mode: 0o600, content: 'token for null', refreshSeconds: null },
  ]);
});

test('the real issuer is that of the account', () => {
  expect(spacelift.realIssuer(sampleJob(spacelift, { options: { account: 'demo' } }))).toBe(
    'https://demo.app.spacelift.io',
  );
});

test('every option takes its own default', () => {
  for (const option of Object.values(spacelift.options)) {
    expect(option.pattern?.test(option.default) ?? true).toBe(true);
  }
});
