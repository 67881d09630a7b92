import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fetchJwks, mint, startDaemon, verify } from '../support/daemon.ts';
import { makeHome, startCli } from '../support/program.ts';
import { runKillRounds } from './kill-rounds.ts';

/** Ten state directories: none grows until copying it is what the test does, and none takes minutes on a slow machine. */
const HOMES = 10;
const ROUNDS = 20;
const FIRST_STARTS = 20;

describe('kill -9 in the middle of minting and rotating', () => {
  it.each(Array.from({ length: HOMES }, (_, index) => index + 1))(
    `keeps every acknowledged token and key state for ${ROUNDS} rounds, state directory %i`,
    async () => {
      const { home, remove } = makeHome();
      try {
        const report = await runKillRounds(home, ROUNDS);
        expect(report.rounds).toBe(ROUNDS);
        expect(report.tokens).toBeGreaterThan(ROUNDS);
        expect(report.interrupted).toBeGreaterThan(ROUNDS / 4);
      } finally {
        remove();
      }
    },
  );

  it('leaves a state directory that starts, however early the very first start was cut', async () => {
    for (let round = 0; round < FIRST_STARTS; round += 1) {
      const { home, remove } = makeHome();
      try {
        const first = startCli(['serve', '--port', '0', '--json', '--home', home], { home });
        await pause((round * 200) / FIRST_STARTS);
        first.child.kill('SIGKILL');
        await first.done;
        const daemon = await startDaemon({ home });
        const { token } = await mint(daemon);
        expect((await verify(daemon, token)).status).toBe('accepted');
        expect((await fetchJwks(`${daemon.baseUrl}/issuers/default`)).keys).toHaveLength(1);
        await daemon.terminate();
      } finally {
        remove();
      }
    }
  });
});
