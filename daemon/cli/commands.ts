import type { CommandEntry } from './command-entry.ts';

/** Every command (CONTRACT §3), in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the daemon in the foreground',
    load: async () => (await import('./commands/serve.ts')).addServe,
    handlesSignals: true,
  },
  {
    name: 'start',
    summary: 'run it in the background, or join the one that runs',
    load: async () => (await import('./commands/start.ts')).addStart,
  },
  { name: 'stop', summary: 'end it cleanly', load: async () => (await import('./commands/stop.ts')).addStop },
  { name: 'status', summary: 'say what runs', load: async () => (await import('./commands/status.ts')).addStatus },
  {
    name: 'issuers',
    summary: 'list, create, show, configure and delete issuers',
    load: async () => (await import('./commands/issuers.ts')).addIssuers,
  },
  {
    name: 'keys',
    summary: 'list, rotate, schedule, activate, retire, revoke, import and export signing keys; rotate the master key',
    load: async () => (await import('./commands/keys.ts')).addKeys,
  },
  { name: 'mint', summary: 'print a token', load: async () => (await import('./commands/mint.ts')).addMint },
  {
    name: 'run',
    summary: 'run a command as a job of a CI platform',
    load: async () => (await import('./commands/run.ts')).addRun,
    handlesSignals: true,
    runsCommand: true,
  },
  {
    name: 'env',
    summary: 'print the environment of such a job, for act and the like',
    load: async () => (await import('./commands/env.ts')).addEnv,
    handlesOutput: true,
  },
  {
    name: 'jobs',
    summary: 'show what the jobs of a workflow file would be called in their tokens',
    load: async () => (await import('./commands/jobs.ts')).addJobs,
  },
  {
    name: 'platforms',
    summary: 'list CI platforms, and show their events, options and claims',
    load: async () => (await import('./commands/platforms.ts')).addPlatforms,
  },
  {
    name: 'runs',
    summary: 'list and end simulated jobs',
    load: async () => (await import('./commands/runs.ts')).addRuns,
  },
  {
    name: 'decode',
    summary: 'show what a token says, without verifying it',
    load: async () => (await import('./commands/decode.ts')).addDecode,
  },
  {
    name: 'verify',
    summary: 'verify a token against an issuer or a key set',
    load: async () => (await import('./commands/verify.ts')).addVerify,
  },
  {
    name: 'oidc',
    summary: 'check the execution token of a job as SuperPlane does',
    load: async () => (await import('./commands/oidc.ts')).addOidc,
  },
  {
    name: 'superplane',
    summary: 'start Semaphore workflows as a SuperPlane canvas does',
    load: async () => (await import('./commands/superplane.ts')).addSuperplane,
  },
  {
    name: 'tokens',
    summary: 'list, show and revoke what was minted',
    load: async () => (await import('./commands/tokens.ts')).addTokens,
  },
  {
    name: 'events',
    summary: 'show or follow the event log',
    load: async () => (await import('./commands/events.ts')).addEvents,
  },
  {
    name: 'clock',
    summary: "freeze and move the daemon's time (with serve --clock-control)",
    load: async () => (await import('./commands/clock.ts')).addClock,
  },
  {
    name: 'backup',
    summary: 'write a consistent copy of the database',
    load: async () => (await import('./commands/backup.ts')).addBackup,
  },
  {
    name: 'restore',
    summary: 'put such a copy back',
    load: async () => (await import('./commands/restore.ts')).addRestore,
  },
  {
    name: 'doctor',
    summary: 'check the installation and say how to mend it',
    load: async () => (await import('./commands/doctor.ts')).addDoctor,
  },
];

/** What stand-ins for platforms' programs run: no help lists it. */
export const SHIM: CommandEntry = {
  name: 'shim',
  summary: '',
  load: async () => (await import('./commands/shim.ts')).addShim,
};

/** The command that these arguments call; undefined for help, for the version and for a name that there is not. */
export function findCommand(argv: readonly string[]): CommandEntry | undefined {
  const [first] = argv.filter(
    (argument, index) => !argument.startsWith('-') && argument !== 'help' && argv[index - 1] !== '--home',
  );
  return [...COMMANDS, SHIM].find(({ name }) => name === first);
}
