import { describe, expect, it } from 'vitest';
import { draftLike } from '../../../../extension/features/mint/draft-like.ts';
import { makeToken } from '../text/make-token.ts';
import { makeIssuer } from '../wire-values.ts';

const issuers = [makeIssuer(), makeIssuer({ slug: 'team-a' })];
const token = makeToken({ iss: issuers[1]?.url, sub: 'repo:acme/shop', aud: ['a', 'b'], team: 'shop' });

describe('the form for a new token in the place of a watched one', () => {
  it('has its issuer, its subject and what else it claims', () => {
    expect(draftLike(issuers, { token, expect: {} })).toEqual({
      slug: 'team-a',
      subject: 'repo:acme/shop',
      audience: 'a, b',
      claims: '{\n  "team": "shop"\n}',
    });
  });

  it('has the audience that the watch expects', () => {
    expect(draftLike(issuers, { token, expect: { audience: 'b' } }).audience).toBe('b');
  });

  it('is one of the default issuer for a token from elsewhere', () => {
    expect(draftLike(issuers, { token: makeToken({ sub: '' }), expect: {} })).toMatchObject({
      slug: 'default',
      claims: '',
    });
  });
});
