import { describeProblem, MintmarkError } from '../../problem.ts';
import type { RunRelay } from '../../protocol/jobs.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { addCoordinatorOptions, type CoordinatorOptions, useCoordinator } from '../daemon/coordinator.ts';
import { makeJobEnvironment } from '../jobs/job-environment.ts';
import { keepRun, LEASE_SECONDS } from '../jobs/keep-run.ts';
import type { OpenRelays } from '../jobs/open-relays.ts';
import { type Foreground, takeForeground } from '../jobs/run-child.ts';
import { makeRunDirectory, removeRunDirectory, sweepRunDirectories } from '../jobs/run-directory.ts';
import { endJob, type StartedJob, startJob, tellStart } from '../jobs/start-job.ts';
import { watchCoordinator } from '../jobs/watch-coordinator.ts';
import { addJobOptions, type JobOptions, readIssuer } from '../options/job-options.ts';
import type { Session } from '../session.ts';

interface RunOptions extends JobOptions, CoordinatorOptions {
  readonly quiet?: boolean;
}

export const addRun: AddCommand = (program, run) => {
  addCoordinatorOptions(
    addJobOptions(program.command('run <command...>'), 'an issuer of that platform, instead of --as'),
  )
    .option('--quiet', 'say nothing about the job')
    .description(
      'Runs a command with the environment of a job of a platform: its variables, token files and request endpoint. ' +
        'The exit code is the command’s. What the job may ask with ends with it. Options stand before the command, behind ' +
        'whose first word everything is its own.',
    )
    .addHelpText(
      'after',
      showExamples(
        'run --as github-actions -- npm publish',
        'run --as github-actions --job .github/workflows/deploy.yml#deploy --event push -- ./deploy.sh',
        'run --as gitlab --set environment=production -- sh -c \'echo "$CI_JOB_ID"\'',
        'run --as miren --coordinator http://localhost:6468 --coordinator-secret ./coordinator.secret -- ./runner.sh',
      ),
    )
    .action((command: string[], options: RunOptions) =>
      run((session) => useCoordinator(session, options, (at) => runAsJob(at, command, options))),
    );
};

async function runAsJob(session: Session, command: readonly string[], options: RunOptions): Promise<number> {
  if (command[0] === '') throw new MintmarkError('usage', 'the command to run is empty');
  if (readIssuer(options) === null && command.some((word) => /^--(?:as|issuer)(?:=|$)/.test(word))) {
    throw new MintmarkError(
      'usage',
      "options stand before the command's first word; what is behind it is the command's",
    );
  }
  if (session.json) throw new MintmarkError('usage', 'run prints what its command prints: there is no --json');
  const { env } = session.io;
  const tell = (line: string) => session.tell(line);
  const foreground = takeForeground(tell);
  const directory = makeRunDirectory(env, { pid: process.pid });
  try {
    const job = await startJob(session, options, { directory, leaseSeconds: LEASE_SECONDS });
    try {
      if (options.quiet !== true) tellStart(session, job.started);
      return await runCommand(session, foreground, command, { job, directory });
    } finally {
      await endJob(session, job.started.run.id);
    }
  } finally {
    removeRunDirectory(directory);
    sweepRunDirectories(env, session.io.now());
    foreground.release();
  }
}

async function runCommand(
  session: Session,
  foreground: Foreground,
  command: readonly string[],
  { job, directory }: { readonly job: StartedJob; readonly directory: string },
): Promise<number> {
  const { started, programs } = job;
  const relays = await openRelaysOf(session, started.relays, directory);
  const watch = session.coordinator && watchCoordinator(session.coordinator, (line) => session.tell(line));
  const stopKeeping = keepRun({
    find: () => session.daemon(),
    id: started.run.id,
    startedAt: started.run.startedAt,
    requestToken: started.requestToken,
    directory,
    files: started.files,
    tell: (line) => session.tell(line),
    ...(watch && { onContact: watch.onContact }),
  });
  try {
    const variables = { ...job.variables, ...relays?.variables };
    const environment = makeJobEnvironment(session.io.env, { unset: started.unset, variables, programs });
    const code = await foreground.run(command, environment);
    return code === 0 && watch?.isAway() === true ? describeProblem('coordinator_unreachable').exitCode : code;
  } finally {
    stopKeeping();
    relays?.close();
  }
}

/** Few platforms have one: what a relay is made of is read only for them. */
async function openRelaysOf(
  session: Session,
  relays: readonly RunRelay[],
  directory: string,
): Promise<OpenRelays | null> {
  if (relays.length === 0) return null;
  const { openRelays } = await import('../jobs/open-relays.ts');
  return openRelays(directory, relays, () => session.daemon());
}
