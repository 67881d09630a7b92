import { join } from 'node:path';
import { readDaemonFile } from '../../client/daemon-file.ts';
import type { ServeReport } from '../../client/start-daemon.ts';
import { MintmarkError } from '../../problem.ts';
import type { DaemonOptions } from '../../server/start-daemon.ts';
import { STATE_FILES } from '../../store/state-directory.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { endBySignals } from '../daemon/end-by-signals.ts';
import { watchBaseUrl } from '../daemon/last-base-url.ts';
import { PUT_KEY_BACK } from '../doctor/diagnose-state.ts';
import type { Config } from '../files/config-file.ts';
import { readPassphrase } from '../options/passphrase-options.ts';
import { addServeOptions, DEFAULT_PORT, type ServeOptions } from '../options/serve-options.ts';
import type { Session } from '../session.ts';
import { quoteArgument } from '../terminal/name-command.ts';
import { VERSION } from '../version.ts';

export const addServe: AddCommand = (program, run) => {
  addServeOptions(program.command('serve'))
    .description('Runs the daemon in the foreground and prints one line when it is ready. Ctrl-C ends it cleanly.')
    .addHelpText(
      'after',
      showExamples('serve', 'serve --port 0 --json --home ./state', 'serve --passphrase-stdin < passphrase.txt'),
    )
    .action((options: ServeOptions) =>
      run(async (session) => {
        try {
          return await serve(session, options);
        } catch (error) {
          const problem = error instanceof MintmarkError ? await explainRefusal(error, session) : error;
          const { code, message } = problem instanceof MintmarkError ? problem : new MintmarkError('internal');
          reportToStarter({ ready: false, code, message });
          throw problem;
        }
      }),
    );
};

async function serve(session: Session, options: ServeOptions): Promise<number> {
  const daemonOptions = await readOptions(session, options);
  const { startDaemon } = await import('../../server/start-daemon.ts');
  const tellIfMoved = watchBaseUrl(session);
  const daemon = await startDaemon(daemonOptions);
  endBySignals(daemon);
  const { baseUrl, home } = daemon;
  session.print({ ready: true, baseUrl, pid: process.pid, home }, `Mintmark is ready: ${baseUrl}/issuers/default`);
  // Whoever starts one in the background says it there.
  if (process.send === undefined && !daemonOptions.ephemeral) tellIfMoved(baseUrl);
  reportToStarter({ ready: true, baseUrl, home, ephemeral: daemonOptions.ephemeral });
  await daemon.ended;
  return 0;
}

async function explainRefusal(error: MintmarkError, session: Session): Promise<MintmarkError> {
  const isOfDatabase = error.code === 'database_corrupt' || error.code === 'state_missing';
  if (isOfDatabase) return nameWayBack(error, session);
  return error.code === 'master_key_missing' ? namePlace(error, session.home) : nameHolder(error, session.home);
}

/** What the last restore moved aside may be what one wants back. */
async function nameWayBack(error: MintmarkError, session: Session): Promise<MintmarkError> {
  const { listReplacedDatabases } = await import('../../store/replaced-databases.ts');
  const newest = listReplacedDatabases(session.home).at(-1);
  if (newest === undefined && error.message.includes('mintmark restore')) return error;
  const command = session.nameCommand(`restore ${newest === undefined ? 'FILE' : quoteArgument(newest.path)}`);
  const way = newest === undefined ? 'Put a backup back' : 'Put back a backup, or what the last restore replaced';
  return new MintmarkError(error.code, `${error.message}. ${way}: ${command}`, { cause: error });
}

/** Without its key a database is of no use, and the start must not make another one. */
function namePlace(error: MintmarkError, home: string): MintmarkError {
  const place = quoteArgument(join(home, STATE_FILES.masterKey));
  const detail = `${error.message}, and without it no private key opens: ${PUT_KEY_BACK} as ${place}`;
  return new MintmarkError(error.code, detail, { cause: error });
}

/** The state directory is another daemon's: its file says which, unless it is still starting. */
function nameHolder(error: MintmarkError, home: string): MintmarkError {
  if (error.code !== 'state_locked') return error;
  const holder = readDaemonFile(home);
  if (holder === null) return error;
  const detail = `Another daemon (pid ${holder.pid}, ${holder.baseUrl}) uses this state directory`;
  return new MintmarkError('state_locked', detail, { cause: error });
}

/** The command line goes before the configuration file. */
async function readOptions(session: Session, options: ServeOptions): Promise<DaemonOptions> {
  const config = await readConfig(options.config);
  return {
    home: session.home,
    version: VERSION,
    port: options.port ?? config.port ?? DEFAULT_PORT,
    publicUrl: options.publicUrl ?? config.publicUrl,
    https: options.https ?? config.https,
    idleExitSeconds: options.idleExit ?? config.idleExitSeconds,
    ephemeral: options.ephemeral ?? config.ephemeral ?? false,
    clockControl: options.clockControl ?? config.clockControl ?? false,
    trustedIssuers: config.trustedIssuers ?? [],
    allowedOrigins: config.allowedOrigins ?? [],
    superplaneKeys: await readSuperplaneKeys(session),
    passphrase: await readPassphrase(session, options),
  };
}

/** Where SuperPlane has its keys, its daemon has them from; without the variable its issuer makes its own. */
async function readSuperplaneKeys({ io }: Session): Promise<DaemonOptions['superplaneKeys']> {
  if (io.env.OIDC_KEYS_PATH === undefined) return undefined;
  const { readKeyDirectory, readKeysPath } = await import('../files/read-key-directory.ts');
  return readKeyDirectory(readKeysPath(io.env));
}

/** The schema library costs more than the rest of a start: it is loaded only for a file. */
async function readConfig(path: string | undefined): Promise<Config> {
  if (path === undefined) return {};
  const { readConfigFile } = await import('../files/config-file.ts');
  return readConfigFile(path);
}

/** Whoever started us in the background waits for this one message. It may be gone: then nobody is told. */
function reportToStarter(report: ServeReport): void {
  process.send?.(report, undefined, {}, () => {});
}
