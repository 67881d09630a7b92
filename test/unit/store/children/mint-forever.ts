import { openStore } from '../../../../daemon/store/open-store.ts';

/** Commits tokens in groups and prints the jti of each only after its commit: killed at any time. */
const [directory = '', run = ''] = process.argv.slice(2);
const store = await openStore({ directory, nowMs: 0 });
const claimsJson = JSON.stringify({ sub: 'x'.repeat(1_000) });
let count = 0;
async function mint(): Promise<never> {
  for (;;) {
    const jti = `${run}-${String(count++).padStart(9, '0')}`;
    await store.commits.reserve().commit(() => {
      store.tokens.insert({ jti, issuerId: 1, keyId: 1, issuedAt: 1, expiresAt: 2, claimsJson });
      store.events.append({ at: 0, name: 'token.minted', issuerId: 1, subject: jti, detail: {} });
    });
    process.stdout.write(`${jti}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, mint));
