import { describe, expect, it } from 'vitest';
import type { TimelineKey, TimelineToken } from '../../../../webview/protocol.ts';
import { layOutKeys, layOutPicture, placeInstant } from '../../../../webview/timeline/lay-out.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const at = (minutes: number) => NOW + minutes * MINUTE;
const key = (kid: string, change: Partial<TimelineKey>): TimelineKey => ({
  kid,
  alg: 'RS256',
  state: 'active',
  canSign: true,
  createdAt: at(-60),
  activatedAt: null,
  signsFrom: null,
  retiringAt: null,
  verifiesUntil: null,
  retiredAt: null,
  revokedAt: null,
  ...change,
});
const token = (kid: string, expires: number, revoked = false): TimelineToken => ({
  kid,
  subject: null,
  issuedAt: at(-5),
  expiresAt: at(expires),
  revoked,
});
const layOut = (keys: readonly TimelineKey[], tokens: readonly TimelineToken[] = []) =>
  layOutKeys({ keys, tokens, nowMs: NOW });
const phasesOf = (change: Partial<TimelineKey>) =>
  layOut([key('k', change)])[0]?.phases.map(({ kind, fromMs, toMs }) => [
    kind,
    (fromMs - NOW) / MINUTE,
    toMs === null ? null : (toMs - NOW) / MINUTE,
  ]);

describe('what a key did', () => {
  it.each([
    ['is published', { state: 'next' }, [['published', -60, null]]],
    [
      'is published, and due to sign',
      { state: 'next', signsFrom: at(10) },
      [
        ['published', -60, 10],
        ['signing', 10, null],
      ],
    ],
    [
      'is due to sign, and does not',
      { state: 'next', signsFrom: at(-10) },
      [
        ['published', -60, 0],
        ['signing', 0, null],
      ],
    ],
    ['is published, to verify only', { state: 'next', canSign: false, signsFrom: at(10) }, [['verifying', -60, null]]],
    [
      'was published to verify only, elsewhere signed before',
      { state: 'retiring', createdAt: at(-30), retiringAt: at(-30), verifiesUntil: at(90) },
      [['verifying', -30, 90]],
    ],
    ['signs from the start', { activatedAt: at(-60) }, [['signing', -60, null]]],
    [
      'was published, signed, and verifies',
      { state: 'retiring', activatedAt: at(-50), retiringAt: at(-10), verifiesUntil: at(90) },
      [
        ['published', -60, -50],
        ['signing', -50, -10],
        ['verifying', -10, 90],
      ],
    ],
    [
      'was revoked while it signed',
      { state: 'revoked', activatedAt: at(-50), revokedAt: at(-20) },
      [
        ['published', -60, -50],
        ['signing', -50, -20],
      ],
    ],
    [
      'was taken away before its time',
      { state: 'retired', activatedAt: at(-60), retiringAt: at(-30), verifiesUntil: at(90), retiredAt: at(-5) },
      [
        ['signing', -60, -30],
        ['verifying', -30, -5],
      ],
    ],
    ['was retired before it signed', { state: 'retired', retiredAt: at(-5) }, [['published', -60, -5]]],
  ] as const)('%s', (_, change, phases) => {
    expect(phasesOf(change)).toEqual(phases);
  });
});

describe('what is planned', () => {
  const phases = (...keys: TimelineKey[]) =>
    layOut(keys).map((lane) => lane.phases.map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs]));

  it('ends with the next plan: each key signs until another does', () => {
    const active = key('a', { activatedAt: at(-60) });
    const later = key('l', { state: 'next', signsFrom: at(20) });
    const sooner = key('s', { state: 'next', signsFrom: at(10) });
    expect(phases(active, later, sooner)).toEqual([
      [
        ['signing', at(-60), at(10)],
        ['verifying', at(10), null],
      ],
      [
        ['published', at(-60), at(20)],
        ['signing', at(20), null],
      ],
      [
        ['published', at(-60), at(10)],
        ['signing', at(10), at(20)],
        ['verifying', at(20), null],
      ],
    ]);
  });

  it('is not drawn as done when its time has come and the key does not sign', () => {
    const active = key('a', { activatedAt: at(-60) });
    expect(phases(active, key('n', { state: 'next', signsFrom: at(-10) }))[0]).toEqual([
      ['signing', at(-60), NOW],
      ['verifying', NOW, null],
    ]);
  });

  it('is nothing for a key that cannot sign', () => {
    const active = key('a', { activatedAt: at(-60) });
    const damaged = key('n', { state: 'next', signsFrom: at(10), canSign: false });
    expect(phases(active, damaged)[0]).toEqual([['signing', at(-60), null]]);
  });
});

describe('tokens under a key', () => {
  const tokens = [token('a', 10), token('a', -1), token('a', 10, true), token('b', 10)];

  it('count while they are neither expired nor revoked', () => {
    expect(layOut([key('a', {})], tokens)[0]?.alive).toEqual([tokens[0]]);
  });

  it.each(['retired', 'revoked'] as const)('count no more when it is %s', (state) => {
    expect(layOut([key('a', { state })], tokens)[0]?.alive).toEqual([]);
  });
});

describe('the scale', () => {
  const picture = layOutPicture(layOut([key('a', { createdAt: at(-30) })], [token('a', 600)]), NOW);

  it('has now in the middle and a scale of its own for each half', () => {
    expect([-30, -15, 0, 300, 600].map((minutes) => placeInstant(picture, at(minutes)))).toEqual([0, 25, 50, 75, 100]);
  });

  it('leaves as much room for what is planned as there is until then, and the one that signs only verifies from then', () => {
    const keys = [key('a', { activatedAt: at(-60) }), key('b', { state: 'next', signsFrom: at(10) })];
    const planned = layOutPicture(layOut(keys), NOW);
    expect(planned.toMs).toBe(at(20));
    expect(planned.lanes[0]?.phases).toEqual([
      { kind: 'signing', fromMs: at(-60), toMs: at(10) },
      { kind: 'verifying', fromMs: at(10), toMs: null },
    ]);
  });

  it('does not leave the picture', () => {
    expect([-9_999, 9_999].map((minutes) => placeInstant(picture, at(minutes)))).toEqual([0, 100]);
  });

  it('holds for an issuer whose only key was just made', () => {
    const fresh = layOutPicture(layOut([key('a', { createdAt: NOW, activatedAt: NOW })]), NOW);
    expect(placeInstant(fresh, NOW)).toBe(50);
  });

  it('draws no more lanes than can be read', () => {
    const many = Array.from({ length: 40 }, (_, index) => key(`k${index}`, {}));
    expect(layOutPicture(layOut(many), NOW).lanes).toHaveLength(10);
  });
});
