import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { judgeAgain } from '../../../../daemon/server/judging/judge-again.ts';
import type { Subject } from '../../../../daemon/server/judging/verification.ts';
import { createSharedSubjects } from '../../../../daemon/server/live-channel/shared-subjects.ts';
import type { KeySet } from '../../../../daemon/verify/keys.ts';
import { readToken } from '../../../../daemon/verify/verify-token.ts';

const NOW = 1_800_000_000_000;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

function makeSubject(jti: string): Subject {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: 'https://issuer.example', sub: 'x', aud: 'y', jti, iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
  const input = `${encode({ alg: 'ES256' })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const read = readToken(`${input}.${signature.toString('base64url')}`);
  return {
    read,
    expect: {},
    issuer: 'https://issuer.example',
    kid: null,
    jti,
    identity: `jti ${jti}`,
    suppliedKeys: null,
  };
}

function makeKeys(revoked: ReadonlySet<string>): KeySet {
  return {
    ok: true,
    provenance: 'local-issuer',
    keys: [{ kid: 'k', algorithms: ['ES256'], publicKey, fault: null }],
    isRevoked: (identity) => revoked.has(identity),
  };
}

it('while nothing changed the verdict is the same object', () => {
  const [subject, keys] = [makeSubject('a'), makeKeys(new Set())];
  const verdict = judgeAgain(subject, keys, NOW);
  expect(verdict.status).toBe('accepted');
  expect(judgeAgain(subject, keys, NOW + 59_999)).toBe(verdict);
});

it('at the millisecond at which time changes it, or when time moves back, it is found anew', () => {
  const [subject, keys] = [makeSubject('a'), makeKeys(new Set())];
  judgeAgain(subject, keys, NOW);
  expect(judgeAgain(subject, keys, NOW + 60_000).reason).toBe('expired');
  expect(judgeAgain(subject, keys, NOW + 1).status).toBe('accepted');
  expect(judgeAgain(subject, keys, NOW - 5_000).reason).toBe('iat_future');
});

it('once the token is revoked or the keys are others it is found anew', () => {
  const revoked = new Set<string>();
  const [subject, keys] = [makeSubject('a'), makeKeys(revoked)];
  judgeAgain(subject, keys, NOW);
  revoked.add('jti a');
  expect(judgeAgain(subject, keys, NOW).reason).toBe('token_revoked');
  revoked.clear();
  expect(judgeAgain(subject, keys, NOW).status).toBe('accepted');
  const gone: KeySet = { ok: false, code: 'keys_unavailable', detail: 'gone' };
  expect(judgeAgain(subject, gone, NOW).status).toBe('undecided');
});

it('two tokens never share one (th-T12)', () => {
  const keys = makeKeys(new Set(['jti b']));
  const [first, second] = [makeSubject('a'), makeSubject('b')];
  for (let round = 0; round < 100; round += 1) {
    expect(judgeAgain(first, keys, NOW + round).status).toBe('accepted');
    expect(judgeAgain(second, keys, NOW + round).reason).toBe('token_revoked');
  }
});

it('a subject is shared by those who watch the same token in the same way, and forgotten after the last of them', () => {
  const shared = createSharedSubjects((token, expect) => ({ ...makeSubject(token), expect }));
  const subject = shared.take('a', { audience: 'y' });
  expect(shared.take('a', { audience: 'y' })).toBe(subject);
  expect(shared.take('a', { audience: 'z' })).not.toBe(subject);
  expect(shared.take('b', { audience: 'y' })).not.toBe(subject);
  shared.giveBack(subject);
  expect(shared.take('a', { audience: 'y' })).toBe(subject);
  shared.giveBack(subject);
  shared.giveBack(subject);
  expect(shared.take('a', { audience: 'y' })).not.toBe(subject);
});
