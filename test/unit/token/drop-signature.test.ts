import { expect, test } from 'vitest';
import { decodeToken } from '../../../daemon/token/decode.ts';
import { dropSignature } from '../../../daemon/token/drop-signature.ts';
import { encodePart } from '../../support/forge.ts';

const SIGNATURE = 'c2lnbmVkLWJ5LXNvbWVib2R5';
const sign = (payload: object | string): string => {
  const part = typeof payload === 'string' ? Buffer.from(payload).toString('base64url') : encodePart(payload);
  return `${encodePart({ alg: 'RS256' })}.${part}.${SIGNATURE}`;
};
const drop = (token: string) => dropSignature(decodeToken(token));
/** All that a text comes to, however often it is decoded. */
const unfold = (text: string): string => {
  const inner = text.replace(/[\w-]{20,}/g, (part) => Buffer.from(part, 'base64url').toString());
  return inner === text ? text : `${text}\n${unfold(inner)}`;
};

test('a token without its signature says the same, byte by byte, and is no token to a verifier', () => {
  const token = sign({ sub: 'tïm', n: 1 });
  const [header, payload] = token.split('.');
  expect(drop(token)).toBe(`${header}.${payload}.signature-removed`);
});

test.each([
  ['in a claim', sign({ sub: 'é', act: sign({ sub: 'inner' }) })],
  ['in a list, in a text', sign({ all: [{ x: `Bearer ${sign({ sub: 'inner' })}, and more` }] })],
  ['as the whole payload', sign(sign({ sub: 'inner' }))],
  ['in a token in a token', sign({ act: sign({ act: sign({ sub: 'inner' }) }) })],
])('it holds no other token with its signature: %s', (_, token) => {
  const text = drop(token) ?? '';
  expect(unfold(token)).toContain(SIGNATURE);
  expect(unfold(text)).not.toContain(SIGNATURE);
  expect(unfold(text)).toContain('inner');
});

test('it holds no content of another token that is encrypted', () => {
  const encrypted = `${encodePart({ alg: 'dir', enc: 'A256GCM' })}..aXZpdml2aXZpdml2.Y29udGVudC1vZi1pdA.dGFnLXRhZy10YWc`;
  expect(unfold(drop(sign({ x: encrypted })) ?? '')).not.toContain('Y29udGVudC1vZi1pdA');
  expect(drop(encrypted)).toMatch(/^[\w-]+(?:\.removed){4}$/);
});

test('it is nothing, when it was no token', () => expect(drop('hello')).toBeNull());
