import { Option } from 'commander';
import { MintmarkError } from '../../problem.ts';
import type { JobRefusal } from '../../protocol/jobs.ts';
import { quoteText } from '../../token/quote.ts';
import { showSafely } from '../../token/safe-text.ts';
import { type AddCommand, collect, showExamples } from '../command-entry.ts';
import { addCoordinatorOptions, type CoordinatorOptions, useCoordinator } from '../daemon/coordinator.ts';
import { type OutputRules, planOutputFile, writeOutputFile } from '../files/output-file.ts';
import {
  ENVIRONMENT_FORMATS,
  type EnvironmentFormat,
  formatForDotenv,
  formatForShell,
} from '../jobs/format-environment.ts';
import { keepOffProxies } from '../jobs/job-environment.ts';
import { makeRunDirectory, removeRunDirectory, sweepRunDirectories } from '../jobs/run-directory.ts';
import { listUnmatched, matchNames } from '../jobs/select-variables.ts';
import { endJob, type StartedJob, startJob, tellStart } from '../jobs/start-job.ts';
import { parseDurationWithin } from '../options/duration.ts';
import { addJobOptions, type JobOptions } from '../options/job-options.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import type { Session } from '../session.ts';
import { isReadByOthers, writeWhole } from '../terminal/io.ts';

interface EnvOptions extends JobOptions, CoordinatorOptions {
  readonly format: EnvironmentFormat;
  readonly only?: readonly string[];
  readonly output?: string;
  readonly lease?: number;
}

const HOUR_SECONDS = 3_600;
/** What `runs.start` takes. */
const SHORTEST_LEASE_SECONDS = 10;
const LONGEST_LEASE_SECONDS = 86_400;
/**
 * It has what the job may ask with. The one before it, whose lease ends, gives way. Groups that may write to a
 * repository could change what is run there anyway.
 */
const ENVIRONMENT_FILE: OutputRules = { closedTo: 0o002, isOwn: false, replaces: true, makesDirectory: false };

export const addEnv: AddCommand = (program, run) => {
  addCoordinatorOptions(addJobOptions(program.command('env'), 'an issuer of that platform, instead of --as'))
    .addOption(new Option('--format <format>', 'how to print it').choices([...ENVIRONMENT_FORMATS]).default('sh'))
    .option('--only <name>', 'only variables of that name, * for any part of it; may be repeated', collect)
    .option('--output <file>', 'write it to a file for you alone (0600), in place of the one before', parseNonEmpty)
    .option(
      '--lease <duration>',
      'how long the job may ask for tokens, 10s to 24h (default: 1h)',
      parseDurationWithin(SHORTEST_LEASE_SECONDS, LONGEST_LEASE_SECONDS),
    )
    .description(
      'Prints the environment of a job, for programs that run it themselves. What it may ask with works until the ' +
        'lease ends or `mintmark runs end`, which removes its token files too. Where it has just run out, they lie there ' +
        'until the next `mintmark env` or `mintmark run`.',
    )
    .addHelpText(
      'after',
      showExamples(
        "env --as github-actions --format dotenv --only 'ACTIONS_ID_TOKEN_*' --output .act.env   # act --env-file .act.env",
        'env --as github-actions --format dotenv --output .job.env',
        'env --as gitlab --lease 10m --json',
      ),
    )
    .action((options: EnvOptions) =>
      run((session) => useCoordinator(session, options, (at) => printEnvironment(at, options))),
    );
};

async function printEnvironment(session: Session, options: EnvOptions): Promise<number> {
  const { env, now } = session.io;
  const leaseSeconds = options.lease ?? HOUR_SECONDS;
  const file = options.output === undefined ? null : planOutputFile(options.output, ENVIRONMENT_FILE);
  sweepRunDirectories(env, now());
  const directory = makeRunDirectory(env, { until: now() + leaseSeconds * 1_000 });
  let job: StartedJob | undefined;
  try {
    job = await startJob(session, options, { directory, leaseSeconds });
    // A runner of jobs may go through a proxy.
    const whole = { ...job, variables: { ...keepOffProxies(env), ...job.variables } };
    const wanted = session.json && file === null ? 'json' : options.format;
    const only = options.only ?? [];
    const text = format(session, wanted, selectPart(whole, only));
    const missing = listMissing(whole, only, wanted);
    if (missing.length > 0) {
      // The file is of this job now: what an earlier one may ask with does not stay there.
      const { refusal } = job.started.description;
      if (file !== null && refusal !== null) writeOutputFile(file, `${text}\n`, ENVIRONMENT_FILE);
      throw explainMissing(missing, refusal);
    }
    await deliver(session, text, whole, file);
    tellStart(session, job.started);
    tellLimits(session, job, wanted);
    return 0;
  } catch (error) {
    if (job !== undefined) await endJob(session, job.started.run.id);
    removeRunDirectory(directory);
    throw error;
  }
}

/** The names of `--only` that what is printed would say nothing of. */
function listMissing(
  { started, variables }: StartedJob,
  only: readonly string[],
  wanted: EnvironmentFormat,
): readonly string[] {
  const told = wanted === 'dotenv' ? [] : started.unset;
  return listUnmatched(only, [...Object.keys(variables), ...told]);
}

/** A job that gets no token has nothing to ask for one with either: then that is why. */
function explainMissing(missing: readonly string[], refusal: JobRefusal | null): MintmarkError {
  const names = `--only: the job has no variable ${missing.map(quoteText).join(', ')}`;
  if (refusal === null) return new MintmarkError('usage', names);
  return new MintmarkError('job_refused', `${names}, as it gets no token: ${refusal.detail} ${refusal.mend}`);
}

/** What is meant of a job. Stand-ins for programs, on the PATH, are not: whoever names variables means just these. */
function selectPart({ started, variables, programs }: StartedJob, only: readonly string[]): StartedJob {
  const isMeant = matchNames(only);
  return {
    started: { ...started, unset: started.unset.filter(isMeant) },
    variables: Object.fromEntries(Object.entries(variables).filter(([name]) => isMeant(name))),
    programs: only.length === 0 ? programs : null,
  };
}

/** A job that nobody was told of is to be ended: what cannot be written throws. */
async function deliver(session: Session, text: string, { started }: StartedJob, file: string | null): Promise<void> {
  const { stdout } = session.io;
  if (file === null) {
    await writeWhole(stdout, `${text}\n`);
    if (isReadByOthers(stdout)) session.tell('mintmark: other users can read the file that this went to: use --output');
    return;
  }
  writeOutputFile(file, `${text}\n`, ENVIRONMENT_FILE);
  if (session.json) session.print({ run: started.run, file }, '');
  else session.tell(`mintmark: wrote the environment to ${showSafely(JSON.stringify(file))}`);
}

function format(session: Session, wanted: EnvironmentFormat, { started, variables, programs }: StartedJob): string {
  const { run, unset } = started;
  if (wanted === 'json') return JSON.stringify({ run, variables, unset });
  if (wanted === 'sh') return formatForShell(unset, variables, programs, session.io.stdout.isTTY === true);
  const { text, quoted } = formatForDotenv(variables);
  if (quoted.length > 0) session.tell(`mintmark: in quotes, which docker --env-file keeps: ${quoted.join(', ')}`);
  return text;
}

/** What a printed environment cannot bring. */
function tellLimits(session: Session, { started, programs }: StartedJob, wanted: EnvironmentFormat): void {
  const { relays, files, run } = started;
  const limits = [
    ...relays.map(({ variables }) => `${Object.keys(variables).join(', ')} works under mintmark run only`),
    ...(programs !== null && wanted !== 'sh' ? [`programs of the platform are in ${programs}`] : []),
    ...(files.some(({ refreshSeconds }) => refreshSeconds !== null) ? ['token files are not refreshed'] : []),
  ];
  for (const limit of limits) session.tell(`mintmark: ${limit}`);
  // Only the coordinator's own home can end it before.
  const sooner = session.coordinator === undefined ? `, or by ${session.nameCommand(`runs end ${run.id}`)}` : '';
  session.tell(`mintmark: it ends at ${run.leaseUntil}${sooner}`);
}
