/**
 * The long form of kill-nine.test.ts: 1,000 rounds of kill -9, or as many as the first argument says, on state
 * directories of 50 rounds each. Prints what it saw; ends with 1 at the first promise that was not kept.
 */
import { makeHome } from '../support/program.ts';
import { runKillRounds } from './kill-rounds.ts';

const ROUNDS_PER_HOME = 50;
const wanted = Number(process.argv[2] ?? 1000);

for (let done = 0; done < wanted; done += ROUNDS_PER_HOME) {
  const { home, remove } = makeHome();
  try {
    const { tokens, steps, interrupted } = await runKillRounds(home, Math.min(ROUNDS_PER_HOME, wanted - done));
    console.log(
      `${Math.min(done + ROUNDS_PER_HOME, wanted)} of ${wanted} rounds: nothing lost of ${tokens} tokens and ` +
        `${steps} key changes, ${interrupted} rounds cut a change in two`,
    );
  } finally {
    remove();
  }
}
