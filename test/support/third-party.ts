import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeKey,
  createIssuer,
  type Daemon,
  fetchJwks,
  type MintInput,
  mint,
  rotate,
  setClock,
  startDaemon,
} from './daemon.ts';
import { confuseAlgorithm, leaveUnsigned, makeSigner } from './signer.ts';
import { tamperPayload, tamperSignature } from './tampering.ts';
import type { Algorithm, Minted } from './wire.ts';

export const AUDIENCE = 'https://api.example.test';

/** A relying party that nobody here wrote, at one issuer, with whatever key cache it has. */
export interface RelyingParty {
  /** The claims that it believes; rejects when it believes none. */
  verify(token: string): Promise<Record<string, unknown>>;
  close?(): void | Promise<void>;
}

export interface ThirdPartyClient {
  name: string;
  algorithms: readonly Algorithm[];
  /** What a token for this client carries besides the usual. */
  token?: MintInput;
  /** An unknown kid makes it fetch again at once: it follows rotations of one step. False: it has a cool-down. */
  refetches: boolean;
  /** It looks at iss and exp too, not at the signature alone. */
  judgesClaims: boolean;
  open(issuer: string, algorithm: Algorithm): Promise<RelyingParty>;
}

/** Everything that a client must accept and refuse, for every algorithm that it has, against one real daemon. */
export function describeClient(client: ThirdPartyClient): void {
  const input: MintInput = { subject: 'repo:acme/shop', audience: AUDIENCE, ...client.token };
  const parties: RelyingParty[] = [];
  const expired = new Map<Algorithm, Minted>();
  let daemon: Daemon;

  const slugOf = (algorithm: Algorithm): string => `client-${algorithm.toLowerCase()}`;
  const mintFor = (algorithm: Algorithm): Promise<Minted> => mint(daemon, slugOf(algorithm), input);
  const openAt = async (algorithm: Algorithm): Promise<RelyingParty> => {
    const party = await client.open(`${daemon.baseUrl}/issuers/${slugOf(algorithm)}`, algorithm);
    parties.push(party);
    return party;
  };
  const accepts = async (party: RelyingParty, { token, claims }: Minted): Promise<void> => {
    expect(await party.verify(token)).toMatchObject({ iss: claims.iss, sub: claims.sub, jti: claims.jti });
  };

  beforeAll(async () => {
    daemon = await startDaemon({ args: ['--clock-control'] });
    for (const algorithm of client.algorithms) await createIssuer(daemon, slugOf(algorithm), { alg: algorithm });
    await createIssuer(daemon, 'somebody-else', { alg: client.algorithms[0] ?? 'RS256' });
    // Minted two hours ago, so that no client has to wait until a token has expired.
    await setClock(daemon, { freeze: new Date(Date.now() - 7_200_000).toISOString() });
    for (const algorithm of client.algorithms) {
      expired.set(algorithm, await mint(daemon, slugOf(algorithm), { ...input, ttlSeconds: 60 }));
    }
    await setClock(daemon, { reset: true });
  });
  afterAll(async () => {
    for (const party of parties) await party.close?.();
    await daemon.stop();
  });

  describe.each([...client.algorithms])(`${client.name} with %s`, (algorithm) => {
    it('verifies before, during and after a rotation that was published ahead, from its own key cache', async () => {
      const next = await rotate(daemon, slugOf(algorithm), { prepublish: true });
      const party = await openAt(algorithm);
      const before = await mintFor(algorithm);
      await accepts(party, before);
      await changeKey(daemon, slugOf(algorithm), next.kid, 'activate');
      const after = await mintFor(algorithm);
      expect(after.kid).toBe(next.kid);
      await accepts(party, before);
      await accepts(party, after);
    });

    if (client.refetches) {
      it('follows a rotation of one step by fetching again', async () => {
        const party = await openAt(algorithm);
        const before = await mintFor(algorithm);
        await accepts(party, before);
        await rotate(daemon, slugOf(algorithm));
        const after = await mintFor(algorithm);
        expect(after.kid).not.toBe(before.kid);
        await accepts(party, after);
        await accepts(party, before);
      });
    }

    it('refuses, once it looks again, what a key signed that has been retired or revoked since', async () => {
      const [old, stolen] = [
        await mintFor(algorithm),
        await rotate(daemon, slugOf(algorithm)).then(() => mintFor(algorithm)),
      ];
      await changeKey(daemon, slugOf(algorithm), old.kid, 'retire');
      await changeKey(daemon, slugOf(algorithm), stolen.kid, 'revoke');
      const party = await openAt(algorithm);
      await accepts(party, await mintFor(algorithm));
      await expect(party.verify(old.token)).rejects.toThrow();
      await expect(party.verify(stolen.token)).rejects.toThrow();
    });

    it('refuses what was tampered with, confused, unsigned or made by somebody else', async () => {
      const party = await openAt(algorithm);
      const good = await mintFor(algorithm);
      const [jwk] = (await fetchJwks(good.issuer)).keys;
      const publicKey = createPublicKey({ key: jwk as Record<string, unknown>, format: 'jwk' });
      const forged: [string, string][] = [
        ['another payload', tamperPayload(good.token)],
        ['another signature', tamperSignature(good.token)],
        ['the public key as a secret', confuseAlgorithm(good.header, good.claims, publicKey)],
        ['no signature', leaveUnsigned(good.header, good.claims)],
        ["a stranger's key under our kid", makeSigner(algorithm).token(good.header, good.claims)],
        ['another issuer', (await mint(daemon, 'somebody-else', input)).token],
      ];
      await accepts(party, good);
      for (const [what, token] of forged) {
        const believed = await party.verify(token).then(
          () => what,
          () => null,
        );
        expect(believed).toBeNull();
      }
      await accepts(party, good);
    });

    if (client.judgesClaims) {
      it('refuses what has expired', async () => {
        const party = await openAt(algorithm);
        await accepts(party, await mintFor(algorithm));
        await expect(party.verify(expired.get(algorithm)?.token ?? '')).rejects.toThrow();
      });
    }
  });
}
