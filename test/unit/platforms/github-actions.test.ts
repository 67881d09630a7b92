import { expect, test } from 'vitest';
import { githubActions } from '../../../daemon/platforms/github-actions/platform.ts';
import { describeTypes, mintSample, sampleJob } from './sample-job.ts';

test('a token has GitHub’s claims, each of GitHub’s type', async () => {
  const { header, claims } = await mintSample(
    githubActions,
    sampleJob(githubActions, { facts: { environment: 'production' } }),
  );
  expect(Object.keys(header)).toEqual(['alg', 'kid', 'typ', 'x5t']);
  const { iat, nbf, exp, ...others } = describeTypes(claims);
  expect([iat, nbf, exp]).toEqual(['integer', 'integer', 'integer']);
  expect(new Set(Object.values(others))).toEqual(new Set(['string']));
  expect(claims).toMatchObject({
    sub: 'repo:acme/widgets:environment:production',
    aud: 'https://github.com/acme',
    exp: Number(claims.iat) + 300,
    nbf: Number(claims.iat) - 300,
  });
});
