import { callDaemon } from '../../client/call-daemon.ts';
import type { ProvenDaemon } from '../../client/prove-daemon.ts';
import { MintmarkError } from '../../problem.ts';
import type { StartedRun } from '../../protocol/jobs.ts';
import { showSafely } from '../../token/safe-text.ts';
import { readWorkingDirectory } from '../files/working-directory.ts';
import { chooseIssuer, findWorkTree, type JobOptions, readAudience, readJobQuery } from '../options/job-options.ts';
import type { Session } from '../session.ts';
import { cutText } from '../terminal/text-table.ts';
import { writeCaBundles } from './ca-bundle.ts';
import { writeRunFiles } from './run-files.ts';
import { selectUnset } from './select-unset.ts';
import { adviseEvent, describeUnknowns } from './tell-doubts.ts';
import { writeShims } from './write-shims.ts';

/** A started run, prepared in its directory: what is left is to let a process have its environment. */
export interface StartedJob {
  readonly started: StartedRun;
  readonly variables: Readonly<Record<string, string>>;
  /** Directory of stand-ins for the platform's programs. */
  readonly programs: string | null;
}

/** Starts the run that the options ask for. @throws MintmarkError `usage` and what `runs.start` throws */
export async function startJob(
  session: Session,
  options: JobOptions,
  { directory, leaseSeconds }: { readonly directory: string; readonly leaseSeconds: number },
): Promise<StartedJob> {
  const cwd = readWorkingDirectory();
  const slug = chooseIssuer(options, cwd);
  if (slug === null) throw new MintmarkError('usage', 'name the platform with --as, or an issuer of it with --issuer');
  const query = readJobQuery(options, cwd);
  const audience = readAudience(options);
  const daemon = await session.daemon();
  const started = await callDaemon(daemon, 'runs.start', {
    slug,
    ...query,
    ...(audience !== undefined && { audience }),
    runDirectory: directory,
    workspace: findWorkTree(cwd) ?? cwd,
    leaseSeconds,
  });
  try {
    const unset = selectUnset(started, session.io.env);
    return { started: { ...started, unset }, ...prepareJob(session, started, { daemon, directory }) };
  } catch (error) {
    await endJob(session, started.run.id);
    throw error;
  }
}

/** Writes what the job will find in its directory. */
function prepareJob(
  { io: { env }, home, coordinator }: Session,
  { files, shims, variables }: StartedRun,
  { daemon, directory }: { readonly daemon: ProvenDaemon; readonly directory: string },
): Pick<StartedJob, 'variables' | 'programs'> {
  writeRunFiles(directory, files);
  // Who could speak to a coordinator trusts its authority already, and so does what he runs.
  const isOwn = coordinator === undefined && daemon.file.baseUrl.startsWith('https:');
  const authority = isOwn ? writeCaBundles(directory, home, env) : {};
  const programs = writeShims(directory, shims, [process.execPath, __filename], env.PATH ?? '');
  return { variables: { ...authority, ...variables }, programs };
}

/**
 * Ends a run at the daemon that there is now: it may have been started anew. That it cannot be told is no fault of the
 * job's: a run ends by itself with its lease.
 */
export async function endJob(session: Session, id: string): Promise<void> {
  await session
    .daemon()
    .then((daemon) => callDaemon(daemon, 'runs.end', { id }))
    .catch(() => undefined);
}

/** A line is to be read. */
const LONGEST_SUBJECT = 255;

/** Says whose job it is and what it does without. */
export function tellStart(session: Session, { description }: StartedRun): void {
  const { platform, issuer, subject, refusal, unknowns, warnings } = description;
  const notKnown = describeUnknowns(unknowns);
  const lines = [
    `${platform} job, sub ${cutText(showSafely(subject), LONGEST_SUBJECT)}, issuer ${issuer}${notKnown === '' ? '' : `; ${notKnown}`}`,
    ...(refusal === null ? [] : [`no token: ${refusal.detail} ${refusal.mend}`]),
    ...warnings.map(adviseEvent),
  ];
  for (const line of lines) session.tell(`mintmark: ${showSafely(line)}`);
}
