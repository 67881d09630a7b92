import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MintmarkError } from '../../problem.ts';
import type { DatabaseReport } from '../../store/check-database.ts';
import type { MasterKeyRing } from '../../store/master-key.ts';
import { STATE_FILES } from '../../store/state-directory.ts';
import type { Session } from '../session.ts';
import { quoteArgument } from '../terminal/name-command.ts';
import { type Finding, findFault, findNote, findOk } from './finding.ts';

/** Looks at what lies in the state directory as a start would, without changing anything. */
export interface StateLooks {
  directory(): Promise<Finding>;
  masterKey(): Promise<Finding>;
  database(): Promise<Finding>;
  /** null when there are none. */
  replaced(): Promise<Finding | null>;
}

/** @param passphrase opens a sealed `master.key`; it stays the caller's */
export function openStateLooks({ home, nameCommand }: Session, passphrase: Buffer | undefined): StateLooks {
  const has = (name: keyof typeof STATE_FILES): boolean => existsSync(join(home, STATE_FILES[name]));
  /** What the look at the directory refused is not opened: a named pipe would hold us up. */
  let isRefused = false;
  let ring: MasterKeyRing | null = null;

  return {
    async directory() {
      const { examineStateDirectory } = await import('../../store/state-directory.ts');
      isRefused = true;
      const isThere = examineStateDirectory(home);
      isRefused = false;
      return isThere ? findOk(home) : findNote(`${home} is not there yet; the first start makes it`);
    },

    async masterKey() {
      if (!has('masterKey')) {
        if (!has('database')) return findNote('none yet');
        return findFault('master.key is missing, and without it no private key opens', PUT_KEY_BACK);
      }
      if (isRefused) return findNote('not opened');
      const { checkMasterKey } = await import('../../store/check-master-key.ts');
      try {
        const report = await checkMasterKey(home, passphrase);
        ring = report?.ring ?? null;
        const fact = report?.opensDatabase ? 'opens the database' : 'is there';
        return findOk(`${STATE_FILES.masterKey} ${fact} (${report?.bytes ?? 0} bytes)`);
      } catch (error) {
        if (!(error instanceof MintmarkError) || error.code !== 'passphrase_required') throw error;
        return findNote('sealed with a passphrase: not opened', nameCommand('doctor --passphrase-stdin'));
      }
    },

    async database() {
      if (!has('database'))
        return has('masterKey') ? findFault('mintmark.db is missing', PUT_BACKUP_BACK) : findNote('none yet');
      if (isRefused) return findNote('not opened');
      const { problems, schema, bytes } = await examineDatabase(home, ring);
      const facts = `schema ${schema}, ${bytes} bytes`;
      if (problems.length === 0) return findOk(`sound (${facts})`);
      return findFault(`${problems[0]} (${facts})`, PUT_BACKUP_BACK);
    },

    async replaced() {
      if (isRefused || !existsSync(home)) return null;
      const { listReplacedDatabases } = await import('../../store/replaced-databases.ts');
      const replaced = listReplacedDatabases(home);
      if (replaced.length === 0) return null;
      const bytes = replaced.reduce((sum, each) => sum + each.bytes, 0);
      const count = replaced.length === 1 ? 'a database' : `${replaced.length} databases`;
      const place = quoteArgument(join(home, STATE_FILES.database));
      return findNote(
        `${count} from before a restore (${bytes} bytes)`,
        `when not needed any more: rm ${place}.replaced-*`,
      );
    },
  };
}

/** Said also of a master key that does not open. */
export const PUT_KEY_BACK = 'put the one of this database back';
export const PUT_BACKUP_BACK = 'put a backup back: mintmark restore FILE';

async function examineDatabase(home: string, ring: MasterKeyRing | null): Promise<DatabaseReport> {
  const [{ checkDatabase }, { requireIssuers }, { platformProfiles }] = await Promise.all([
    import('../../store/check-database.ts'),
    import('../../issuer/require-issuers.ts'),
    import('../../platforms/profiles.ts'),
  ]);
  return checkDatabase(home, { ring, requireIssuers: (rows) => requireIssuers(platformProfiles, rows) });
}
