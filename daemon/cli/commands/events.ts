import type { LogEvent } from '../../protocol/resources.ts';
import { showSafely } from '../../token/safe-text.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { followLive } from '../daemon/live-session.ts';
import { parseCount } from '../options/parse-count.ts';
import { cutText } from '../terminal/text-table.ts';

interface ListOptions {
  readonly since?: number;
  readonly limit?: number;
}

export const addEvents: AddCommand = (program, run) => {
  const events = program
    .command('events')
    .description('The log of everything that changed, numbered without gaps.')
    .addHelpText('after', showExamples('events list', 'events follow'));

  events
    .command('list')
    .description('List events, oldest first.')
    .option('--since <seq>', 'only those after this number', parseCount)
    .option('--limit <n>', 'at most so many (default: 100)', parseCount)
    .addHelpText('after', showExamples('events list --since 40', 'events list --json'))
    .action((options: ListOptions) =>
      run(async (session) => {
        const page = await session.call('events.list', options);
        session.print(page, page.items.map((event) => cutText(describeEvent(event), session.width)).join('\n'));
        return 0;
      }),
    );

  events
    .command('follow')
    .description('Show events as they happen, until Ctrl-C; with --json one JSON value a line.')
    .option('--since <seq>', 'begin after this number', parseCount)
    .addHelpText('after', showExamples('events follow', 'events follow --since 0 --json'))
    .action(({ since }: ListOptions) =>
      run((session) =>
        followLive(session, (live) => live.follow(since, (event) => session.print(event, describeEvent(event)))),
      ),
    );
};

function describeEvent(event: LogEvent): string {
  const about = [event.issuer, event.subject].filter((part) => part !== null).join(' ');
  return showSafely(`${event.seq}  ${event.at}  ${event.name}  ${about}`);
}
