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
    const request = readCircleciWords(split(line));
    expect(request).toMatchObject({ scheme: 'Bearer', body });
    expect(request?.show('token')).toBe('token\n');
  });

  test.each(['run oidc get --claims {', 'run oidc get --nonsense', 'run oidc get more'])(
    '%s is wrong usage',
    (line) => {
      expect(() => readCircleciWords(split(line))).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );

  test.each(['tests split', 'run oidc', ''])('%j is left to the program itself', (line) => {
    expect(readCircleciWords(split(line))).toBeNull();
  });
});

describe('buildkite-agent', () => {
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
    const request = readBuildkiteAgentWords(split(line));
    expect(request).toMatchObject({ scheme: 'Token' });
    expect(request?.body).toEqual(body);
    expect(request?.show('token')).toBe('token\n');
  });

  test('shows it to Google’s libraries in their form', () => {
    const request = readBuildkiteAgentWords(split('oidc request-token --format gcp'));
    expect(JSON.parse(request?.show('token') ?? '')).toEqual({
      id_token: 'token',
      token_type: 'urn:ietf:params:oauth:token-type:jwt',
      version: 1,
      success: true,
    });
  });

  test.each(['--lifetime soon', '--lifetime -1', '--format xml', '--nonsense'])('%s is wrong usage', (flags) => {
    expect(() => readBuildkiteAgentWords(split(`oidc request-token ${flags}`))).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  test('everything else is left to the program itself', () => {
    expect(readBuildkiteAgentWords(split('meta-data get x'))).toBeNull();
  });
});
