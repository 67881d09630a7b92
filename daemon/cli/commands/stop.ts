import { stopDaemon } from '../../client/stop-daemon.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { withSpinner } from '../terminal/spinner.ts';

export const addStop: AddCommand = (program, run) => {
  program
    .command('stop')
    .description('Ends the daemon of this state directory and returns once it is gone. That none runs is no error.')
    .addHelpText('after', showExamples('stop', 'stop --home ./state'))
    .action(() =>
      run(async (session) => {
        const stopped = await withSpinner(session.io, 'waiting for the daemon to end', () => stopDaemon(session.home));
        session.print({ stopped }, stopped ? 'Stopped' : 'No daemon runs here');
        return 0;
      }),
    );
};
