import { resolve } from 'node:path';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { removeEndedDirectory } from '../jobs/run-directory.ts';
import { addPassphraseOptions, type PassphraseOptions, readPassphrase } from '../options/passphrase-options.ts';
import { withSpinner } from '../terminal/spinner.ts';

export const addRestore: AddCommand = (program, run) => {
  addPassphraseOptions(program.command('restore <file>'))
    .description('Puts a backup in the place of the database, which is kept beside it. The daemon must be stopped.')
    .addHelpText('after', showExamples('restore ~/mintmark-backup.db'))
    .action((file: string, options: PassphraseOptions) =>
      run(async (session) => {
        const [{ restoreDatabase }, { requireIssuers }, { platformProfiles }] = await Promise.all([
          import('../../store/restore.ts'),
          import('../../issuer/require-issuers.ts'),
          import('../../platforms/profiles.ts'),
        ]);
        const passphrase = await readPassphrase(session, options);
        const { io, home } = session;
        const source = resolve(file);
        const { instance, replaced, endedDirectories } = await withSpinner(io, 'restoring', () =>
          restoreDatabase(home, source, {
            nowMs: io.now(),
            requireIssuers: (rows) => requireIssuers(platformProfiles, rows),
            ...(passphrase && { passphrase }),
          }),
        );
        for (const directory of endedDirectories) removeEndedDirectory(directory);
        const kept = replaced === null ? '' : `\nThe replaced database is ${replaced}`;
        session.print({ restored: source, home, instance, replaced }, `Restored ${source}${kept}`);
        return 0;
      }),
    );
};
