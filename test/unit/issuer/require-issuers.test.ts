import { describe, expect, it } from 'vitest';
import { requireIssuers } from '../../../daemon/issuer/require-issuers.ts';
import { platformProfiles } from '../../../daemon/platforms/profiles.ts';
import type { IssuerRow } from '../../../daemon/store/rows.ts';

const ROW: IssuerRow = {
  id: 1,
  slug: 'default',
  platform: 'generic',
  alg: 'RS256',
  tokenTtlSeconds: 3_600,
  rotateEverySeconds: null,
  options: {},
  createdAt: 0,
  deletedAt: null,
};

const judge = (...rows: Partial<IssuerRow>[]) =>
  requireIssuers(
    platformProfiles,
    rows.map((row, at) => ({ ...ROW, id: at + 1, ...row })),
  );

describe('issuers of a database', () => {
  it('are good as every platform makes them, deleted ones and scheduled ones too', () => {
    const rows = [...platformProfiles].flatMap(([platform, profile]) =>
      profile === null ? [] : [{ slug: platform, platform, tokenTtlSeconds: profile.defaultTtlSeconds }],
    );
    judge({}, ...rows, { slug: 'gone', deletedAt: 1 }, { slug: 'daily', rotateEverySeconds: 86_400 });
  });

  it('may all be missing: a first start that was cut off', () => {
    judge();
  });

  const faults: [fault: string, change: Partial<IssuerRow>][] = [
    ['slug is none', { slug: '../../x' }],
    ['slug is none', { slug: 'a\u001b[31m' }],
    ['slug is none', { slug: 'gone\n', deletedAt: 1 }],
    ['there is no such platform', { platform: 'nope' }],
    ['there is no such platform', { platform: 'chainloop' }],
    ['there is no such algorithm', { alg: 'HS256' }],
    ['token_ttl_seconds is out of range', { tokenTtlSeconds: Number.MAX_SAFE_INTEGER }],
    ['rotate_every_seconds is out of range', { rotateEverySeconds: 1 }],
    ['rotate_every_seconds is out of range', { rotateEverySeconds: 1e15 }],
  ];
  it.each(faults)('are refused by row where %s: %j', (fault, change) => {
    expect(() => judge({}, { slug: 'shop', ...change })).toThrow(
      expect.objectContaining({ code: 'database_corrupt', message: `Row 2 of issuers: ${fault}` }),
    );
  });

  it.each([{ slug: 'other' }, { deletedAt: 1 }])('are refused without the one that always exists: %j', (change) => {
    expect(() => judge(change)).toThrow('Row 1 of issuers: there is no issuer default beside it');
  });
});
