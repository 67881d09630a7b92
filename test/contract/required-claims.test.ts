import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, expectStatus, mint, startDaemon } from '../support/daemon.ts';
import { connectLive, type Live, watchToken } from '../support/live.ts';
import type { Expectation, Minted } from '../support/wire.ts';

const AUDIENCE = 'https://api.example.test';
const needsApp: Expectation = { audience: AUDIENCE, requiredClaims: ['app'] };

let daemon: Daemon;
let live: Live;
beforeAll(async () => {
  daemon = await startDaemon();
  live = await connectLive(daemon);
});
afterAll(async () => {
  await live.close();
  await daemon.stop();
});

const mintFor = (claims: Record<string, unknown>): Promise<Minted> =>
  mint(daemon, 'default', { audience: AUDIENCE, claims });

describe('a claim that is required', () => {
  it('is required of a watched token from its first verdict to its last, and of no other watch of it', async () => {
    const { token, jti } = await mintFor({ app: '' });
    const strict = await watchToken(live, token, needsApp);
    const lenient = await watchToken(live, token, { audience: AUDIENCE });
    expect(strict.verdict).toMatchObject({ status: 'refused', reason: 'claim_missing' });
    expect(lenient.verdict).toMatchObject({ status: 'accepted', reason: null });
    expectStatus(await daemon.control('POST', `/tokens/${jti}/revoke`, {}), 200);
    // The first failure is the reason: revocation comes after the claims.
    expect((await live.nextVerdict(strict.watchId, 0)).reason).toBe('claim_missing');
    expect((await live.nextVerdict(lenient.watchId, 0)).reason).toBe('token_revoked');
  });

  it('is named by --explain, and by nothing else', async () => {
    const { token, issuer } = await mintFor({});
    const words = ['verify', token, '--url', issuer, '--audience', AUDIENCE, '--require-claim', 'app'];
    expect(await daemon.cli(words)).toMatchObject({ code: 1, stdout: '', stderr: 'token verification failed\n' });
    const explained = await daemon.cli([...words, '--explain']);
    expect(explained.code).toBe(1);
    expect(explained.stdout).toContain('claim_missing: The claim app is not there.');
    const complete = await mintFor({ app: 'widgets' });
    expect((await daemon.cli(['verify', complete.token, ...words.slice(2)])).code).toBe(0);
  });

  it('ends verify --watch as soon as it is missing', async () => {
    const { token, issuer } = await mintFor({});
    const words = ['verify', token, '--url', issuer, '--audience', AUDIENCE, '--require-claim', 'app', '--watch'];
    expect(await daemon.cli(words)).toMatchObject({ code: 1, stderr: 'token verification failed\n' });
  });

  it('is in the OpenAPI document, as a list of names', async () => {
    const { components, paths } = expectStatus<{ components: unknown; paths: Record<string, unknown> }>(
      await daemon.control('GET', '/openapi.json'),
      200,
    );
    const described = JSON.stringify([paths['/api/v1/verify'] ?? paths['/verify'], components]);
    expect(described).toMatch(/"requiredClaims":\{[^{}]*"type":"array"/);
  });
});
