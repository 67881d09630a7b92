import { type AddCommand, showExamples } from '../command-entry.ts';
import { isRunDirectory, removeRunDirectory } from '../jobs/run-directory.ts';
import { parseCount } from '../options/parse-count.ts';
import { drawTable } from '../terminal/text-table.ts';

export const addRuns: AddCommand = (program, run) => {
  const runs = program
    .command('runs')
    .description('Jobs that `run`, `env` and the editor started: until they end they may ask for tokens.')
    .addHelpText('after', showExamples('runs list', 'runs end 3f9c0a6be1d24c57'));

  runs
    .command('list')
    .description('List simulated jobs, newest first.')
    .option('--limit <n>', 'at most so many (default: 50)', parseCount)
    .option('--cursor <cursor>', 'go on after a page')
    .addHelpText(
      'after',
      showExamples('runs list', "runs list --json | jq -r '.items[] | select(.endedAt == null).id'"),
    )
    .action((options: { limit?: number; cursor?: string }) =>
      run(async (session) => {
        const page = await session.call('runs.list', options);
        const rows = page.items.map(({ id, platform, startedAt, leaseUntil, endedAt, subject }) => [
          id,
          platform,
          startedAt,
          endedAt ?? `lives until ${leaseUntil}`,
          subject,
        ]);
        session.print(page, drawTable(['ID', 'PLATFORM', 'STARTED', 'ENDED', 'SUBJECT'], rows, session.width));
        if (page.nextCursor !== null && !session.json) session.tell(`more: --cursor ${page.nextCursor}`);
        return 0;
      }),
    );

  runs
    .command('end <id>')
    .description('End a simulated job: its request token stops working.')
    .addHelpText('after', showExamples('runs end 3f9c0a6be1d24c57'))
    .action((id: string) =>
      run(async (session) => {
        const ended = await session.call('runs.end', { id });
        if (isRunDirectory(ended.directory)) removeRunDirectory(ended.directory);
        session.print(ended, `Ended ${id}`);
        return 0;
      }),
    );
};
