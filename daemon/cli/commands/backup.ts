import { resolve } from 'node:path';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { withSpinner } from '../spinner.ts';

export const addBackup: AddCommand = (program, run) => {
  program
    .command('backup <file>')
    .summary('write a consistent copy of the database')
    .description(
      'Writes a consistent copy of the database, while the daemon runs or not. Private keys in it stay wrapped:\n' +
        'keep master.key with it, in another place.',
    )
    .addHelpText('after', showExamples('backup ~/mintmark-backup.db'))
    .action((file: string) =>
      run(async (session) => {
        const { backupDatabase } = await import('../../store/backup.ts');
        const target = resolve(file);
        await withSpinner(session.io, 'copying', async () => backupDatabase(session.home, target));
        session.print({ backup: target }, `Wrote ${target}`);
        return 0;
      }),
    );
};
