import { describe, expect, test } from 'vitest';
import { readBuildkiteAgentWords } from '../../../../daemon/cli/shims/buildkite-agent.ts';
import { readCircleciWords } from '../../../../daemon/cli/shims/circleci.ts';

const split = (line: string) => line.split(' ');

describe('circleci', () => {
  test.each([
    ['run oidc get', {}],
    ['run oidc get --claims {"aud":"sts.amazonaws.com"}', { claims: { aud: 'sts.amazonaws.com' } }],
    ['run oidc get --root-issuer --claims={"aud":"a"}', { claims: { aud: 'a' }, root_issuer: true }],
  ])('%s asks for a token', (line, body) => {
    const request = readCircleciWords(split(line), {});
    expect(request).toMatchObject({ scheme: 'Bearer', body });
    expect(request?.show('token')).toBe('token\n');
  });

  test.each(['run oidc get --claims {', 'run oidc get --nonsense', 'run oidc get more'])(
    '%s is wrong usage',
    (line) => {
      expect(() => readCircleciWords(split(line), {})).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  test.each(['tests split', 'run oidc', ''])('%j is left to the program itself', (line) => {
    expect(readCircleciWords(split(line), {})).toBeNull();
  });
});

describe('buildkite-agent', () => {
  const JOB = { BUILDKITE_JOB_ID: 'own' };
  const read = (line: string, env: Record<string, string> = {}) =>
    readBuildkiteAgentWords(split(line), { ...JOB, ...env });
  test.each([
    ['oidc request-token', {}],
    ['oidc request-token --audience sts.amazonaws.com', { audience: 'sts.amazonaws.com' }],
    ['oidc request-token --lifetime 600 --skip-redaction', { lifetime: 600 }],
    [
      'oidc request-token --claim organization_id,build_id --claim queue_key',
      { claims: ['organization_id', 'build_id', 'queue_key'] },
    ],
    ['oidc request-token --aws-session-tag organization_slug', { aws_session_tags: ['organization_slug'] }],
    ['oidc request-token --subject-claim pipeline_id --job 1 --debug', { subject_claim: 'pipeline_id' }],
  ])('%s asks for a token', (line, body) => {
    const request = read(line);
    expect(request).toMatchObject({ scheme: 'Token' });
    expect(request?.body).toEqual(body);
    expect(request?.show('token')).toBe('token\n');
  });

  test('takes from its variables what no flag says, and from a flag rather than from its variable', () => {
    const env = {
      BUILDKITE_OIDC_TOKEN_CLAIMS: 'organization_id, build_id,',
      BUILDKITE_OIDC_TOKEN_AWS_SESSION_TAGS: 'organization_slug',
      BUILDKITE_OIDC_TOKEN_SUBJECT_CLAIM: 'pipeline_id',
      // The agent binds no flag to these.
      BUILDKITE_OIDC_TOKEN_AUDIENCE: 'a',
      BUILDKITE_OIDC_TOKEN_LIFETIME: '60',
      BUILDKITE_OIDC_TOKEN_FORMAT: 'gcp',
    };
    expect(read('oidc request-token', env)?.body).toEqual({
      claims: ['organization_id', 'build_id'],
      aws_session_tags: ['organization_slug'],
      subject_claim: 'pipeline_id',
    });
    const flags = '--claim queue_key --aws-session-tag cluster_id --subject-claim cluster_id';
    expect(read(`oidc request-token ${flags}`, env)?.body).toEqual({
      claims: ['queue_key'],
      aws_session_tags: ['cluster_id'],
      subject_claim: 'cluster_id',
    });
    const empty = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
    expect(read('oidc request-token', empty)?.body).toEqual({});
  });

  test.each([
    ['oidc request-token', {}, 'own'],
    ['oidc request-token', { BUILDKITE_JOB_ID: 'other' }, 'other'],
    ['oidc request-token --job flag', { BUILDKITE_JOB_ID: 'other' }, 'flag'],
    ['oidc request-token --job a/../$&', {}, 'a%2F..%2F%24%26'],
  ])('%s with %j asks for the token of job %s', (line, env, job) => {
    const own = 'http://localhost:1/issuers/jobs/own/oidc/tokens';
    expect(read(line, env)?.locate?.(own)).toBe(`http://localhost:1/issuers/jobs/${job}/oidc/tokens`);
  });

  test('cannot ask without a job', () => {
    expect(() => read('oidc request-token', { BUILDKITE_JOB_ID: '' })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  test('ends with 77 where the API refuses, and as ever where asking again may help', () => {
    const exitCodeOf = read('oidc request-token')?.exitCodeOf;
    expect([400, 401, 403, 404, 410, 422].map((status) => exitCodeOf?.(status))).toEqual(Array(6).fill(77));
    expect([408, 429, 500, 503].map((status) => exitCodeOf?.(status))).toEqual(Array(4).fill(null));
  });

  test('shows it to Google’s libraries in their form', () => {
    const request = read('oidc request-token --format gcp');
    expect(JSON.parse(request?.show('token') ?? '')).toEqual({
      id_token: 'token',
      token_type: 'urn:ietf:params:oauth:token-type:jwt',
      version: 1,
      success: true,
    });
  });

  test.each(['--lifetime soon', '--lifetime -1', '--format xml', '--nonsense'])('%s is wrong usage', (flags) => {
    expect(() => read(`oidc request-token ${flags}`)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  test('everything else is left to the program itself', () => {
    expect(read('meta-data get x')).toBeNull();
  });
});
