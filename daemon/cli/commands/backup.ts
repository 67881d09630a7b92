import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import { STATE_FILES } from '../../store/state-directory.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import type { Session } from '../session.ts';
import { withSpinner } from '../terminal/spinner.ts';

export const addBackup: AddCommand = (program, run) => {
  program
    .command('backup <file>')
    .description(
      'Writes a consistent copy of the database, while the daemon runs or not. Private keys in it stay wrapped: only\n' +
        'the master.key of this time opens it. Keep a copy of that as well, but not beside the backup.',
    )
    .addHelpText('after', showExamples('backup ~/mintmark-backup.db'))
    .action((file: string) =>
      run(async (session) => {
        const { backupDatabase } = await import('../../store/backup.ts');
        const target = resolve(file);
        await requireDatabase(session);
        await withSpinner(session.io, 'copying', async () => backupDatabase(session.home, target));
        session.print({ backup: target }, `Wrote ${target}`);
        return 0;
      }),
    );
};

/** A daemon with --ephemeral may run beside a database of earlier: that is not what one has before one's eyes. */
async function requireDatabase(session: Session): Promise<void> {
  const status = await session.call('status', {}).catch((error: unknown) => {
    const code = error instanceof MintmarkError ? error.code : null;
    if (code === 'daemon_unreachable' || code === 'daemon_unproven') return null;
    throw error;
  });
  if (status?.ephemeral) {
    throw new MintmarkError(
      'usage',
      'the daemon that runs keeps its state in memory only (--ephemeral): there is nothing to back up',
    );
  }
  if (existsSync(join(session.home, STATE_FILES.database))) return;
  throw new MintmarkError('file_unreadable', `there is no database in ${session.home} yet`);
}
