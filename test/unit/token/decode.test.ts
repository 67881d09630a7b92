import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainClaim, explainHeaderParameter } from '../../../daemon/token/claims-dictionary.ts';
import { decodeToken } from '../../../daemon/token/decode.ts';
import type { FindingCode } from '../../../daemon/token/finding.ts';
import { listFindings } from '../../../daemon/token/list-findings.ts';
import { encodePart, forgeToken, forgeUnsigned, makeKey, replaceSegment } from '../../support/forge.ts';

const NOW = 1_800_000_000;
const key = makeKey('ES256');
const claims = { iss: 'https://issuer.example', sub: 'me', aud: 'you', iat: NOW - 10, exp: NOW + 300 };
const good = forgeToken(key, claims);
const codesOf = (text: string): FindingCode[] => listFindings(decodeToken(text), NOW).map(({ code }) => code);
const withClaims = (change: Record<string, unknown>) => forgeToken(key, { ...claims, ...change });

describe('decoding for people', () => {
  it('shows header, claims and parts of a good token, and finds nothing', () => {
    const decoded = decodeToken(good);
    expect(decoded).toMatchObject({ kind: 'jws', compact: good, header: { alg: 'ES256' }, claims, findings: [] });
    expect(decoded.parts.map(({ name, octets }) => [name, octets])).toEqual([
      ['header', decoded.headerText?.length],
      ['payload', decoded.payloadText?.length],
      ['signature', 64],
    ]);
    expect(codesOf(good)).toEqual([]);
  });

  it('shows the structure of an encrypted token', () => {
    const decoded = decodeToken(`${encodePart({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAAAA.AAAA`);
    expect(decoded).toMatchObject({ kind: 'jwe', header: { enc: 'A256GCM' }, claims: null });
    expect(decoded.parts.map(({ octets }) => octets).slice(1)).toEqual([0, 3, 4, 3]);
    expect(decoded.findings.map(({ code }) => code)).toEqual(['encrypted']);
  });

  it.each<[string, string, FindingCode[]]>([
    ['white space around it', `  ${good}\n`, ['trimmed']],
    ['Bearer in front', `Bearer ${good}`, ['trimmed']],
    ['quotes around it', `"${good}"`, ['trimmed']],
    ['a line break inside', `${good.slice(0, 30)}\n${good.slice(30)}`, ['charset']],
    ['padding', replaceSegment(good, 2, (part) => `${part}==`), ['charset']],
  ])('sees through %s', (_name, text, codes) => {
    expect(decodeToken(text)).toMatchObject({ claims });
    expect(codesOf(text)).toEqual(codes);
  });

  it('names the place and the code point of a character that cannot be seen', () => {
    const text = `${good.slice(0, 5)}\u200b${good.slice(5)}`;
    expect(decodeToken(text).findings[0]?.message).toContain('U+200B at offset 5');
  });

  it('shows both values of a duplicate key', () => {
    const [finding] = decodeToken(forgeToken(key, '{"sub":"alice","x":[{"a":1}],"sub":"bob"}')).findings;
    expect(finding).toMatchObject({ code: 'duplicate_key', path: ['claims', 'sub'] });
    expect(finding?.message).toMatch(/first "alice", then "bob"/);
  });

  it('shows what it can of bytes that are not UTF-8, of a byte order mark and of cut-off text', () => {
    expect(codesOf(forgeToken(key, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])))).toContain('utf8');
    expect(decodeToken(forgeToken(key, `\ufeff${JSON.stringify(claims)}`))).toMatchObject({ claims });
    expect(codesOf(forgeToken(key, '{"a":'))).toContain('format');
    expect(codesOf(replaceSegment(good, 2, (part) => part.slice(0, -1)))).toContain('noncanonical');
    expect(codesOf(forgeToken(key, '[]'))).toContain('payload_not_object');
    expect(codesOf(forgeToken(key, `${'['.repeat(70)}${']'.repeat(70)}`))).toContain('depth');
  });

  it.each(['', 'x', 'a.b', 'a.b.c.d', '.'.repeat(100_000), '{"payload":"x"}'])('knows no token in case %#', (text) => {
    expect(decodeToken(text).kind).toBe('unknown');
    expect(codesOf(text)).toContain('not_a_token');
  });

  it('does not decode more than 256 KiB', () => {
    expect(codesOf('a'.repeat(262_145))).toEqual(['too_large']);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.jsonValue(), (text, header, payload) => {
        codesOf(text);
        codesOf(`${text}.${text}.${text}`);
        codesOf(forgeUnsigned(JSON.stringify(header), JSON.stringify(payload)));
      }),
    );
  });
});

describe('a token whose whole payload is a token (RFC 7519 §5.2)', () => {
  const inner = forgeToken(key, claims);
  const encrypted = `${encodePart({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAAAA.AAAA`;

  it.each([
    ['with cty', inner, { cty: 'JWT' }],
    ['without cty', inner, {}],
    ['that is encrypted', encrypted, { cty: 'JWT' }],
  ])('is told to be nested, once, %s, and is no faulty one', (_name, payload, header) => {
    const outer = forgeToken(key, payload, header);
    expect(decodeToken(outer)).toMatchObject({ kind: 'jws', claims: null, payloadText: payload });
    expect(codesOf(outer)).toEqual(['nested']);
  });

  it.each([
    ['a token and more', `${inner} x`],
    ['a token in quotes', JSON.stringify(inner)],
    ['a word', 'eyJub3QgYSB0b2tlbg'],
  ])('is not seen in %s', (_name, payload) => {
    expect(codesOf(forgeToken(key, payload, { cty: 'JWT' }))).toEqual(
      expect.arrayContaining([payload.startsWith('"') ? 'payload_not_object' : 'format']),
    );
  });
});

describe('findings', () => {
  it.each<[string, object, FindingCode]>([
    ['alg none', { alg: 'none' }, 'alg_none'],
    ['HMAC', { alg: 'HS256' }, 'alg_hmac'],
    ['an alg in the wrong case', { alg: 'es256' }, 'alg_invalid'],
    ['a key in the header', { jwk: key.jwk }, 'key_in_header'],
    ['a key URL in the header', { jku: 'https://x.example' }, 'key_in_header'],
    ['crit', { crit: ['x'] }, 'extension'],
    ['an unusual typ', { typ: 'banana' }, 'typ_unusual'],
    ['a nested token', { cty: 'JWT' }, 'nested'],
  ])('name %s', (_name, header, code) => {
    expect(codesOf(forgeToken(key, claims, header))).toContain(code);
  });

  it.each<[string, Record<string, unknown>, FindingCode]>([
    ['a missing iss', { iss: undefined }, 'iss_missing'],
    ['a missing aud', { aud: undefined }, 'aud_missing'],
    ['a missing exp', { exp: undefined }, 'exp_missing'],
    ['an exp in milliseconds', { exp: (NOW + 300) * 1000 }, 'exp_range'],
    ['an exp that is no number', { exp: '1' }, 'exp_range'],
    ['an expired token', { exp: NOW }, 'expired'],
    ['an exp before iat', { exp: NOW + 1, iat: NOW + 2 }, 'time_order'],
    ['a very long life', { exp: NOW + 90_000 }, 'long_life'],
    ['a token that is not valid yet', { nbf: NOW + 5 }, 'not_yet_valid'],
    ['an iat ahead', { iat: NOW + 100 }, 'iat_future'],
    ['a nbf that is no number', { nbf: 'soon' }, 'time_invalid'],
    ['a number beyond 2^53', { id: { n: [2 ** 60] } }, 'number_precision'],
    ['a bidirectional override', { sub: 'a\u202eb' }, 'unsafe_text'],
    ['a control character', { sub: 'a\u001b[31m' }, 'unsafe_text'],
    ['a zero-width name', { 'a\u200b': 1 }, 'unsafe_text'],
    ['what looks private', { password: 'x' }, 'private_data'],
  ])('name %s', (_name, change, code) => {
    expect(codesOf(withClaims(change))).toContain(code);
  });

  it('say where a text is unsafe', () => {
    const header = { 'k\u202ed': 'x' };
    const token = forgeToken(key, { ...claims, act: { sub: 'a\u202eb' }, roles: ['ok', 'a\u200b'] }, header);
    const found = listFindings(decodeToken(token), NOW).filter(({ code }) => code === 'unsafe_text');
    expect(found.map(({ message }) => message)).toEqual([
      '"k<U+202E>d" of the header holds characters that do not show as themselves: U+202E.',
      '"act.sub" of the claims holds characters that do not show as themselves: U+202E.',
      '"roles.1" of the claims holds characters that do not show as themselves: U+200B.',
    ]);
  });

  it('name an empty signature', () => {
    expect(codesOf(forgeUnsigned({ alg: 'ES256' }, claims))).toContain('signature_empty');
  });

  it('say where they are and come gravest first', () => {
    const findings = listFindings(
      decodeToken(withClaims({ iat: NOW - 100, exp: NOW - 60, groups: [{ id: 2 ** 60 }], email: 'x' })),
      NOW,
    );
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'warning', 'info']);
    expect(findings[0]?.message).toContain('1 min ago');
    expect(findings[1]?.path).toEqual(['claims', 'groups', 0, 'id']);
  });

  it('quote no invisible character', () => {
    const [finding] = decodeToken(forgeToken(key, '{"a\\u202e":1,"a\\u202e":2}')).findings;
    expect(finding?.message).toContain('<U+202E>');
    expect(finding?.message).not.toContain('\u202e');
  });
});

describe('the dictionary', () => {
  it.each(['iss', 'exp', 'act', 'repository', 'job_workflow_ref', 'project_path', 'pipeline_source', 'kubernetes.io'])(
    'explains %s',
    (name) => {
      expect(explainClaim(name)).toMatchObject({
        title: expect.stringMatching(/./),
        source: expect.stringMatching(/./),
      });
    },
  );

  it('knows header parameters apart from claims, and no property of objects', () => {
    expect(explainHeaderParameter('kid')).not.toBeNull();
    expect(explainClaim('kid')).toBeNull();
    expect(explainClaim('constructor')).toBeNull();
  });
});

it('a look-alike says that it is one, whatever issuer it names', () => {
  const token = forgeUnsigned(
    { alg: 'RS256', mintmark: 'look-alike' },
    { iss: 'https://token.actions.githubusercontent.com' },
  );
  expect(listFindings(decodeToken(token), 0).find(({ code }) => code === 'look_alike')).toMatchObject({
    severity: 'warning',
    path: ['header', 'mintmark'],
  });
});
