import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIssuer } from '../../../daemon/issuer/issuers.ts';
import {
  activateKey,
  planKey,
  retireKey,
  revokeKey,
  rotateKey,
  scheduleRotation,
} from '../../../daemon/issuer/keys.ts';
import { MintmarkError } from '../../../daemon/problem.ts';
import { FAST, type Fixture, openFixture } from './setup.ts';

const slug = 'a';

const step = fc.oneof(
  fc.record({ do: fc.constant('mint' as const), ttl: fc.integer({ min: 1, max: 86_400 }) }),
  fc.record({ do: fc.constant('rotate' as const), prepublish: fc.boolean() }),
  fc.record({ do: fc.constantFrom('activate', 'retire', 'revoke'), key: fc.nat(12) }),
  fc.record({
    do: fc.constant('plan' as const),
    key: fc.nat(12),
    after: fc.option(fc.integer({ min: 1, max: 200_000 })),
  }),
  fc.record({ do: fc.constant('schedule' as const), every: fc.option(fc.integer({ min: 435, max: 100_000 })) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 100_000 }) }),
  fc.record({ do: fc.constant('restart' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Minted {
  readonly token: string;
  readonly kid: string;
  readonly exp: number;
}

async function take(fixture: Fixture, next: Step, minted: Minted[]): Promise<Fixture> {
  const { context, clock } = fixture;
  const kid = 'key' in next ? (context.keyring.bySlug(slug)!.keys[next.key]?.row.kid ?? 'nobody') : '';
  if (next.do === 'mint' && 'ttl' in next) {
    const token = await fixture.mint({ slug, ttlSeconds: next.ttl });
    minted.push({ token: token.token, kid: token.kid, exp: Number(token.claims.exp) });
  } else if ('prepublish' in next) await rotateKey(context, { slug, prepublish: next.prepublish });
  else if ('after' in next) await planKey(context, { slug, kid, activateAfterSeconds: next.after });
  else if ('every' in next) await scheduleRotation(context, { slug, everySeconds: next.every });
  else if ('seconds' in next) clock.advance(next.seconds * 1_000);
  else if (next.do === 'restart') return fixture.reopen();
  else if (next.do === 'activate') await activateKey(context, { slug, kid });
  else if (next.do === 'retire') await retireKey(context, { slug, kid });
  else await revokeKey(context, { slug, kid });
  return fixture;
}

function checkInvariants({ context, store, judge, clock }: Fixture, minted: readonly Minted[]): void {
  const { row } = context.keyring.bySlug(slug)!;
  const rows = store.keys.byIssuer(row.id);
  const stateOf = new Map(rows.map((key) => [key.kid, key.state]));
  const active = rows.filter((key) => key.state === 'active');
  expect(active).toHaveLength(1);
  const jwks = JSON.parse(String(context.keyring.documentAt(`/issuers/${slug}/.well-known/jwks.json`)?.body));
  expect(jwks.keys[0].kid).toBe(active[0]!.kid);
  expect(new Set(jwks.keys.map((key: { kid: string }) => key.kid))).toEqual(
    new Set(rows.filter(({ state }) => state !== 'retired' && state !== 'revoked').map(({ kid }) => kid)),
  );
  for (const { kid, signsFrom } of rows)
    if (signsFrom !== null) expect([kid, signsFrom > clock.now()]).toEqual([kid, true]);
  for (const key of rows) expect(key.hasPrivate).toBe(key.state === 'active' || key.state === 'next');
  for (const { token, kid, exp } of minted) {
    const state = stateOf.get(kid);
    const isAlive = clock.now() < exp * 1_000;
    if (state === 'revoked') expect(judge(token)).toMatchObject({ reason: 'key_revoked' });
    else if (state === 'retired') expect(judge(token)).toMatchObject({ reason: 'key_retired' });
    else expect(judge(token).status).toBe(isAlive ? 'accepted' : 'refused');
  }
}

test('whatever is done in whatever order: one active key, first in the JWKS, and every token judged by its key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      let fixture = await openFixture();
      await createIssuer(fixture.context, { slug, ...FAST });
      const minted: Minted[] = [];
      try {
        for (const next of steps) {
          try {
            fixture = await take(fixture, next, minted);
          } catch (error) {
            // Steps that there are not are refused; that is no more than a step that changes nothing.
            if (!(error instanceof MintmarkError)) throw error;
            expect(['key_not_found', 'key_state', 'key_active']).toContain(error.code);
          }
          checkInvariants(fixture, minted);
        }
        expect(fixture.reports).toEqual([]);
      } finally {
        fixture.close();
      }
    }),
    { numRuns: 40 },
  );
});

test('any two operations at once leave exactly one active key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const fixture = await openFixture();
      await createIssuer(fixture.context, { slug, ...FAST });
      const minted: Minted[] = [];
      const together = steps.filter((next) => next.do !== 'restart' && next.do !== 'wait');
      await Promise.allSettled(together.map((next) => take(fixture, next, minted)));
      checkInvariants(fixture, minted);
      fixture.close();
    }),
    { numRuns: 25 },
  );
});
