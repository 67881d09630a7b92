import type { OperationInput } from '../../protocol/operations.ts';
import { type AddCommand, type RunWork, showExamples } from '../command-entry.ts';
import { parseDuration } from '../options/duration.ts';
import { parseInstant } from '../options/parse-instant.ts';
import type { Session } from '../session.ts';

export const addClock: AddCommand = (program, run) => {
  const clock = program
    .command('clock')
    .description("The daemon's time, which tokens, keys, schedules and watches follow.")
    .addHelpText('after', showExamples('clock show', 'clock advance 1h', 'clock freeze 2027-01-01T00:00:00Z'));

  clock
    .command('show')
    .description("Show the daemon's time.")
    .addHelpText('after', showExamples('clock show --json'))
    .action(() => run(async (session) => tellTime(session, await session.call('clock.show', {}))));
  clock
    .command('freeze [instant]')
    .description('Stop the time, now or at an instant: a date (its first moment in UTC) or RFC 3339.')
    .addHelpText('after', showExamples('clock freeze', 'clock freeze 2027-01-01', 'clock freeze 2027-01-01T09:30:00Z'))
    .action((text?: string) => setClock(run, { freeze: text === undefined ? true : parseInstant(text) }));
  clock
    .command('advance <duration>')
    .description('Move the time forward.')
    .addHelpText('after', showExamples('clock advance 90s', 'clock advance 1h30m'))
    .action((text: string) => setClock(run, { advanceSeconds: parseDuration(text) }));
  clock
    .command('resume')
    .description('Let a frozen time run on from where it is.')
    .addHelpText('after', showExamples('clock resume'))
    .action(() => setClock(run, { freeze: false }));
  clock
    .command('reset')
    .description("Go back to the machine's time.")
    .addHelpText('after', showExamples('clock reset'))
    .action(() => setClock(run, { reset: true }));
};

function setClock(run: RunWork, change: OperationInput<'clock.set'>): Promise<void> {
  return run(async (session) => tellTime(session, await session.call('clock.set', change)));
}

function tellTime(session: Session, state: { now: string; frozen: boolean; offsetSeconds: number }): number {
  session.print(state, `${state.now}${state.frozen ? ' (frozen)' : ''}${describeOffset(state.offsetSeconds)}`);
  return 0;
}

/** A frozen time falls behind while one looks at it: less than a second is not worth a word. */
function describeOffset(seconds: number): string {
  const whole = Math.trunc(seconds);
  if (whole === 0) return '';
  return `, ${Math.abs(whole)} s ${whole > 0 ? 'ahead of' : 'behind'} this machine`;
}
