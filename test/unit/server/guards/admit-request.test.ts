import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MintmarkError } from '../../../../daemon/problem.ts';
import { admitRequest, type GuardRules } from '../../../../daemon/server/guards/admit-request.ts';
import { listServedHosts } from '../../../../daemon/server/guards/served-hosts.ts';

const rules: GuardRules = {
  hosts: listServedHosts('http://localhost:6468', [6468]),
  origins: new Set(['https://ui.example']),
  isPublic: (path) => path === '/public',
};

const HOST = ['Host', 'localhost:6468'];

function judge(url: string, rawHeaders: readonly string[] = HOST): string {
  try {
    admitRequest({ method: 'GET', url, rawHeaders }, rules);
    return 'admitted';
  } catch (error) {
    return error instanceof MintmarkError ? error.code : `threw ${String(error)}`;
  }
}

describe('Host', () => {
  it.each(['localhost:6468', 'LOCALHOST:6468', '127.0.0.1:6468', '[::1]:6468'])('%s is served', (host) => {
    expect(judge('/x', ['Host', host])).toBe('admitted');
  });

  it.each([
    'evil.test',
    'evil.test:6468',
    '127.0.0.1.nip.io:6468',
    'rebind.network:6468',
    'localhost.evil.test:6468',
    'evil.test#localhost:6468',
    '127.0.0.1@evil:6468',
    '127.0.0.1, evil',
    '[::1',
    'localhost.:6468',
    '127.1:6468',
    '0x7f.1:6468',
    '2130706433:6468',
    '[::ffff:127.0.0.1]:6468',
    'localhost',
    'localhost:1',
    'localhost:99999',
    'localhost:06468',
    ' localhost:6468',
    '',
  ])('%j is not (H1, H4)', (host) => {
    expect(judge('/x', ['Host', host])).toBe('forbidden_host');
  });

  it.each([
    ['none', []],
    ['two, the good one first', [...HOST, 'host', 'evil.test']],
    ['two, the good one last', ['HOST', 'evil.test', ...HOST]],
    ['the good one twice', [...HOST, ...HOST]],
  ])('%s is no request (H2, H3)', (_what, headers) => {
    expect(judge('/x', headers)).toBe('invalid_request');
  });

  it('is judged before anything else', () => {
    expect(judge('//', ['Host', 'evil.test', 'Origin', 'https://evil.test', 'Transfer-Encoding', 'x'])).toBe(
      'forbidden_host',
    );
  });

  it('without a port is served on the default port of the scheme, and so is the public name', () => {
    expect([...listServedHosts('https://mint.example', [6468])]).toContain('mint.example');
    expect([...listServedHosts('http://localhost', [80])]).toEqual(expect.arrayContaining(['localhost', '[::1]']));
  });

  it('in proxy headers is never read (H6)', () => {
    const proxied = ['X-Forwarded-Host', 'evil.test', 'Forwarded', 'host=evil.test', 'X-Original-URL', '//evil'];
    expect(judge('/x', [...HOST, ...proxied])).toBe('admitted');
    expect(judge('/x', ['Host', 'evil.test', 'X-Forwarded-Host', 'localhost:6468'])).toBe('forbidden_host');
  });
});

describe('Origin', () => {
  it.each(['null', 'https://evil.test', 'http://localhost:6468', 'http://[', '', 'e'.repeat(10_000)])(
    '%s is refused everywhere but on public documents (H10)',
    (origin) => {
      expect(judge('/x', [...HOST, 'Origin', origin])).toBe('forbidden_origin');
      expect(judge('/api/v1/issuers', [...HOST, 'origin', origin])).toBe('forbidden_origin');
      expect(judge('/public', [...HOST, 'Origin', origin])).toBe('admitted');
    },
  );

  it('twice is refused, the allowed one too', () => {
    const allowed = ['Origin', 'https://ui.example'];
    expect(judge('/api/v1/issuers', [...HOST, ...allowed])).toBe('admitted');
    expect(judge('/api/v1/issuers', [...HOST, ...allowed, ...allowed])).toBe('forbidden_origin');
  });

  it('that only Sec-Fetch-Site tells of is refused by the control API', () => {
    expect(judge('/api/v1/issuers', [...HOST, 'Sec-Fetch-Site', 'cross-site'])).toBe('forbidden_origin');
    expect(judge('/api/v1', [...HOST, 'Sec-Fetch-Site', 'Cross-Site'])).toBe('forbidden_origin');
    expect(judge('/api/v1/issuers', [...HOST, 'Sec-Fetch-Site', 'none'])).toBe('admitted');
    const allowed = ['Origin', 'https://ui.example', 'Sec-Fetch-Site', 'cross-site'];
    expect(judge('/api/v1/issuers', [...HOST, ...allowed])).toBe('admitted');
  });
});

describe('the target', () => {
  it.each(['/', '/x', '/x/', '/a/b?c=//d/../e', '/api/v1/issuers/x/keys/a%2Fb/revoke', '/.well-known/x', '/...'])(
    '%s is acceptable',
    (target) => {
      expect(judge(target)).toBe('admitted');
    },
  );

  it.each([
    'http://evil.test/x',
    'https://localhost:6468/x',
    '//evil.test/x',
    '/\\evil.test',
    '//',
    '*',
    '',
    'x',
    '?x',
    '/a//b',
    '/%00',
    '/%1f',
    '/%7F',
    '/%zz',
    '/%',
    '/a/../b',
    '/..',
    '/.',
    '/%2e%2e/b',
    '/.%2E/b',
    '/a/%2e',
    '/a%2fb',
    '/issuers/%5cx',
    '/a#b',
    '/a b',
    '/\u00e9',
    '/a\u0000',
  ])('%j is not (H5)', (target) => {
    expect(judge(target)).toBe('bad_target');
  });
});

describe('transfer codings', () => {
  it.each([
    [['chunked'], 'admitted'],
    [['Chunked'], 'admitted'],
    [['xchunked'], 'unsupported_transfer'],
    [['gzip, chunked'], 'unsupported_transfer'],
    [['chunked', 'chunked'], 'unsupported_transfer'],
    [[''], 'unsupported_transfer'],
  ])('%j: %s (H7)', (values, outcome) => {
    expect(judge('/x', [...HOST, ...values.flatMap((value) => ['Transfer-Encoding', value])])).toBe(outcome);
  });
});

it('more than a hundred header fields are too many', () => {
  const many = (count: number) => [...HOST, ...Array.from({ length: count }, () => ['X', 'x']).flat()];
  expect(judge('/x', many(99))).toBe('admitted');
  expect(judge('/x', many(100))).toBe('headers_too_large');
});

it('whatever the target and the headers are, the outcome is a code (H9, th-D15)', () => {
  const name = fc.oneof(fc.constantFrom('Host', 'Origin', '__proto__', 'constructor', 'Sec-Fetch-Site'), fc.string());
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.tuple(name, fc.string({ unit: 'binary' }))),
      (url, headers) => {
        expect(judge(url, headers.flat())).not.toMatch(/^threw/);
      },
    ),
    { numRuns: 2_000 },
  );
});
