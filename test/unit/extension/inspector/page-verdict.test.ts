import { expect, test } from 'vitest';
import {
  fromPageExpectation,
  toPageExpectation,
  toPageVerdict,
} from '../../../../extension/features/inspector/page-verdict.ts';
import { isInspectorSnapshot } from '../../../../webview/protocol.ts';

const ISSUER = 'https://issuer.example';

test('a verdict goes to the page without what the page reads itself', () => {
  const check = { name: 'format', outcome: 'pass', code: null, detail: 'Right.' } as const;
  const verdict = toPageVerdict({
    status: 'accepted',
    reason: null,
    provenance: 'local-issuer',
    checks: [check],
    header: { alg: 'RS256' },
    claims: { sub: 'me' },
    issuer: ISSUER,
    kid: 'k',
    jti: 'j',
    expiresAt: null,
    changesAt: null,
  });
  const snapshot = {
    ...{ type: 'snapshot', nowMs: 1, translation: [], daemon: 'running', token: 'a', source: '', issuers: [] },
    ...{ verdict, expect: null, live: true, verifying: false, watched: false, problem: null },
  };
  expect(isInspectorSnapshot(snapshot)).toBe(true);
  expect(verdict).not.toHaveProperty('claims');
});

test('an empty field expects nothing', () => {
  expect(fromPageExpectation({ issuer: '', audience: [] }, 0)).toEqual({});
  expect(fromPageExpectation({ issuer: ISSUER, audience: ['a'] }, 5)).toEqual({
    issuer: ISSUER,
    audience: ['a'],
    leewaySeconds: 5,
  });
});

test('an expectation is shown as the form would say it', () => {
  expect(toPageExpectation({})).toEqual({ issuer: '', audience: [] });
  expect(toPageExpectation({ issuer: ISSUER, audience: 'a' })).toEqual({ issuer: ISSUER, audience: ['a'] });
});
