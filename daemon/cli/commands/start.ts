import { startDaemon } from '../../client/start-daemon.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { watchBaseUrl } from '../daemon/last-base-url.ts';
import { readPassphrase } from '../options/passphrase-options.ts';
import { addServeOptions, type ServeOptions, toFlags } from '../options/serve-options.ts';
import { listUnappliedFlags } from '../options/unapplied-flags.ts';
import { withSpinner } from '../terminal/spinner.ts';

export const addStart: AddCommand = (program, run) => {
  addServeOptions(program.command('start'))
    .description('Runs the daemon in the background and returns when it is ready. One that already runs is joined.')
    .addHelpText('after', showExamples('start', 'start --port 7000 --idle-exit 3600'))
    .action((options: ServeOptions) =>
      run(async (session) => {
        const passphrase = await readPassphrase(session, options);
        const tellIfMoved = watchBaseUrl(session);
        const { daemon, joined } = await withSpinner(session.io, 'starting the daemon', () =>
          startDaemon({
            home: session.home,
            bundle: __filename,
            flags: toFlags(options),
            ...(passphrase && { passphrase }),
          }),
        );
        const { baseUrl, pid } = daemon.file;
        const unapplied = joined ? await listUnappliedFlags(options, daemon) : [];
        if (unapplied.length > 0) {
          session.tell(`mintmark: the daemon that already runs was started without ${unapplied.join(', ')}`);
          session.tell(`  to start it anew: ${session.nameCommand('stop')}, then start`);
        }
        if (!joined && options.ephemeral !== true) tellIfMoved(baseUrl);
        const verb = joined ? 'already runs' : 'runs';
        session.print(
          { ready: true, baseUrl, pid, home: session.home, joined },
          `Mintmark ${verb} at ${session.style('strong', baseUrl)} (pid ${pid})`,
        );
        return 0;
      }),
    );
};
