import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../support/program.ts';
import { program, raiseStage, readAnswer } from './support/stage.ts';

/** `TokenRequest`, as clients of Kubernetes send it with the kubeconfig of a run. */
const stage = raiseStage();
const AUDIENCE = 'https://vault.example.com';
const AS_POD = ['--as', 'kubernetes'];
const requestToken = (account = 'runner', seconds = 3_600) =>
  program('kubernetes-token.mjs', 'ci', account, String(seconds), AUDIENCE);

/** The last line that the program wrote on stderr: libraries may have warned before. */
const readRefusal = ({ stderr }: Outcome): unknown => JSON.parse(stderr.trim().split('\n').at(-1) ?? '');

describe('@kubernetes/client-node', () => {
  it('gets a token for the service account of its pod', async () => {
    const { token, ...more } = readAnswer(await stage.run([...AS_POD, '--', ...requestToken()]));
    expect(more).toEqual({ isDate: true, seconds: 3_600 });
    const claims = await stage.believe('kubernetes', token, AUDIENCE);
    expect(claims).toMatchObject({ aud: [AUDIENCE], sub: 'system:serviceaccount:ci:runner' });
  });

  it.each([
    ['the service account of somebody else', ['admin'], 403, 'Forbidden'],
    ['a life of less than ten minutes', ['runner', 60], 422, 'Invalid'],
  ] as const)('gets none for %s, in the form of the API server', async (_, [account, seconds], code, reason) => {
    const outcome = await stage.run([...AS_POD, '--', ...requestToken(account, seconds)]);
    expect(outcome.code).toBe(1);
    expect(readRefusal(outcome)).toMatchObject({ code, status: { kind: 'Status', reason, code } });
  });

  it('gets none after the run has ended', async () => {
    // The file goes with the run: this job has kept what is in it.
    const kept = join(stage.directory, 'kubeconfig');
    const copied = await stage.run([...AS_POD, '--', '/bin/sh', '-c', `cat "$KUBECONFIG" > '${kept}'`]);
    expect(copied.code).toBe(0);
    const late = await stage.runAlone(requestToken(), { KUBECONFIG: kept });
    expect(late.code).toBe(1);
    expect(readRefusal(late)).toMatchObject({ code: 401 });
  });
});

/** Before 1.24, as Debian 12's, it has no `create token` and answers with the help of `create`. */
const canCreateTokens = /--audience/.test(
  spawnSync('kubectl', ['create', 'token', '--help'], { encoding: 'utf8' }).stdout,
);

describe.skipIf(!canCreateTokens)('kubectl create token (needs kubectl 1.24 or newer)', () => {
  // It sends no token over http (client-go).
  const secure = raiseStage({ args: ['--https'] });
  const create = (...words: string[]) => secure.run([...AS_POD, '--', 'kubectl', 'create', 'token', ...words]);

  it('gets a token for the service account of its pod', async () => {
    const outcome = await create('runner', '--audience', AUDIENCE, '--duration', '20m');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const { exp = 0, iat = 0 } = await secure.believe('kubernetes', outcome.stdout.trim(), AUDIENCE);
    expect(exp - iat).toBe(1_200);
  });

  it('gets none for the service account of somebody else', async () => {
    const { code, stderr } = await create('admin');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /serviceaccounts "admin" is forbidden: User "system:serviceaccount:ci:runner" cannot create/,
    );
  });
});
