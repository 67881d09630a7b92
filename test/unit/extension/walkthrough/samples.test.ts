import { describe, expect, test } from 'vitest';
import { decodeToken } from '../../../../daemon/token/decode.ts';
import { findTokens } from '../../../../daemon/token/find-tokens.ts';
import { listFindings } from '../../../../daemon/token/list-findings.ts';
import { makeSampleTokens } from '../../../../extension/features/walkthrough/sample-tokens.ts';
import { writeMinted, writeRequest, writeVariables } from '../../../../extension/features/walkthrough/write-sample.ts';

const NOW = 1_790_000_000;
const codesOf = (token: string) => listFindings(decodeToken(token), NOW).map(({ code }) => code);

describe('a sample', () => {
  test('has a token without a fault, one that expired and one that nobody signed', async () => {
    const { fresh, expired, unsigned } = await makeSampleTokens(NOW);
    expect(codesOf(fresh)).toEqual([]);
    expect(codesOf(expired)).toEqual(['expired']);
    expect(codesOf(unsigned)).toEqual(['alg_none']);
  });

  test('is of no real service, and another one each time', async () => {
    const [one, two] = [await makeSampleTokens(NOW), await makeSampleTokens(NOW)];
    expect(decodeToken(one.fresh).claims?.iss).toMatch(/\.example$/);
    expect(one.fresh).not.toBe(two.fresh);
  });

  test.each([
    ['the variables', 3, writeVariables],
    ['the request', 1, writeRequest],
  ])('shows its tokens in %s where they are found', async (_, count, write) => {
    const tokens = await makeSampleTokens(NOW);
    const { text } = write(tokens);
    const found = findTokens(text).map(({ start, end }) => text.slice(start, end));
    expect(found).toHaveLength(count);
    expect(found[0]).toBe(tokens.fresh);
  });

  test('of the own issuer names it', async () => {
    const { fresh } = await makeSampleTokens(NOW);
    const { text } = writeMinted(fresh, 'http://localhost:6468/issuers/default');
    expect(findTokens(text)).toHaveLength(1);
    expect(text).toContain('http://localhost:6468/issuers/default');
  });
});
