import { expect, test } from 'vitest';
import { isElsewhere, presetForm } from '../../../../webview/inspector/preset.ts';
import { readTokenView } from '../../../../webview/inspector/read-token.ts';
import { encodePart } from '../../../support/forge.ts';

const LOCAL = { url: 'http://localhost:6468/issuers/default', local: true };
const TRUSTED = { url: 'https://issuer.example', local: false };
const issuers = [LOCAL, TRUSTED];
const view = (claims: object) => readTokenView(`${encodePart({ alg: 'RS256' })}.${encodePart(claims)}.c2ln`);

test("a known issuer of the token is proposed, and the token's first audience", () => {
  expect(presetForm(view({ iss: TRUSTED.url, aud: ['a', 'b'] }), { issuers, expect: null })).toEqual({
    issuer: TRUSTED.url,
    audience: 'a',
  });
});

test('an issuer that only the token names is not: one press must not reach out to where the token wants', () => {
  expect(presetForm(view({ iss: 'https://evil.example', aud: 1 }), { issuers, expect: null })).toEqual({
    issuer: '',
    audience: '',
  });
});

test('what was expected before stays', () => {
  const before = { issuer: 'https://other.example', audience: ['x', 'y'] };
  expect(presetForm(view({}), { issuers, expect: before })).toEqual({ issuer: before.issuer, audience: 'x, y' });
});

test('keys of any issuer but a local one are fetched', () => {
  expect([LOCAL.url, TRUSTED.url, 'https://new.example', ''].map((url) => isElsewhere(url, { issuers }))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
