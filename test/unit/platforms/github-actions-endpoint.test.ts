import { describe, expect, test } from 'vitest';
import { githubActions } from '../../../daemon/platforms/github-actions/platform.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import { askRoute, openFakeSite } from './fake-site.ts';
import { sampleJob } from './sample-job.ts';

describe('the request endpoint', () => {
  const [route] = githubActions.routes;
  const job = sampleJob(githubActions);
  const url = `${job.issuerUrl}/idtoken/run-1?api-version=2.0`;
  const ask = (suffix = '', authorization: string | undefined = `Bearer ${'ab'.repeat(32)}`, more = {}) => {
    const { site, wishes } = openFakeSite(job);
    return askRoute(route, site, `${url}${suffix}`, { headers: { authorization }, ...more }).then((asked) => ({
      ...asked,
      audience: wishes[0]?.audience,
    }));
  };

  test.each([
    ['', undefined],
    ['&audience=', undefined],
    ['&audience=sts.amazonaws.com', 'sts.amazonaws.com'],
    ['&audience=npm%3Aregistry.example', 'npm:registry.example'],
    ['&audience=npm:registry.example', 'npm:registry.example'],
    ['&audience=two+words', 'two words'],
    ['&audience=first&audience=second', 'first'],
    ['&audience=&audience=second', undefined],
    ['&audience=https://vault.example/x', 'https://vault.example/x'],
    ['&audience=%20', ' '],
  ])('reads the audience of %j as clients write it', async (suffix, audience) => {
    const asked = await ask(suffix);
    expect(asked.audience).toBe(audience);
    const value = `token for ${JSON.stringify(audience ?? null)}`;
    expect(asked.answer.status).toBe(200);
    expect(asked.body).toEqual({ count: value.length, value });
  });

  test.each(['Bearer', 'bearer', 'BEARER'])('takes the scheme %s', async (scheme) => {
    expect((await ask('', `${scheme} ${'ab'.repeat(32)}`)).answer.status).toBe(200);
  });

  test.each([undefined, '', 'Bearer', 'Bearer wrong', `Basic ${'ab'.repeat(32)}`, `${'ab'.repeat(32)}`])(
    'refuses the credential %j',
    async (authorization) => {
      const { site } = openFakeSite(job);
      const { answer, body } = await askRoute(route, site, url, { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer' });
      expect(body).toEqual({
        source: 'actions-run-service',
        statusCode: 401,
        message: body.errorMessage,
        errorMessage: expect.any(String),
      });
    },
  );

  test('refuses a run at another run’s URL, and any method but GET', async () => {
    const { site, secret } = openFakeSite(job);
    const headers = { authorization: `Bearer ${secret}` };
    expect((await askRoute(route, site, url.replace('run-1', 'run-2'), { headers })).answer.status).toBe(401);
    const { answer } = await ask('', undefined, { method: 'POST' });
    expect([answer.status, answer.headers?.allow]).toEqual([405, 'GET']);
  });

  test.each([
    'https://github.com/octo-org',
    'https://github.com/apps/acme',
    'https://github.com/acme/other',
    'https://github.com/acme-extra',
    'https://github.com/acme/widgets-extra',
    'https://github.com.example.com/acme',
    'HTTPS://GITHUB.COM/apps/x',
    'https://example.com/?next=https://github.com/apps/x',
    'git@github.com:acme/widgets.git',
  ])('issues no token for %s, in GitHub’s words', async (audience) => {
    const { answer, body } = await ask(`&audience=${encodeURIComponent(audience)}`);
    expect(answer.status).toBe(400);
    expect(body.errorMessage).toBe(`Can't issue ID_TOKEN for audience '${audience}'`);
    expect(body.message).toBe(body.errorMessage);
  });

  test.each([
    'https://github.com',
    'https://github.com/',
    'https://github.com/acme',
    'https://github.com/acme/',
    'https://GITHUB.com/acme/widgets',
    'https://github.com/acme/widgets/actions?x=1',
    'https://notgithub.com/acme',
    'https://example.com/apps/x',
    'github-actions',
  ])('issues a token for %s', async (audience) => {
    expect((await ask(`&audience=${encodeURIComponent(audience)}`)).answer.status).toBe(200);
  });

  test.each([
    ['job_refused', 403],
    ['invalid_request', 400],
    ['too_large', 400],
    ['database_busy', 500],
    ['key_unavailable', 500],
  ] as const)('says %s as %i, which no client tries again', async (code, status) => {
    const { site, secret } = openFakeSite(job, async () => {
      throw new MintmarkError(code, 'Why not');
    });
    const { answer, body } = await askRoute(route, site, url, { headers: { authorization: `Bearer ${secret}` } });
    expect([answer.status, body.statusCode, body.message]).toEqual([status, status, 'Why not']);
  });
});
