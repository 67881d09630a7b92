import { findCommand } from './commands.ts';
import { runCli } from './run-cli.ts';

/** Runs this process's command line; its exit code is set, not forced, so that everything written arrives. */
export async function runProcess(): Promise<void> {
  const argv = process.argv.slice(2);
  const called = findCommand(argv);
  const handlesSignals = called?.handlesSignals === true;
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A daemon goes on without a reader, and so does the command that is run.
    if (!handlesSignals && called?.handlesOutput !== true) endWithoutOutput(error.code);
  });
  if (!handlesSignals) process.once('SIGINT', () => process.exit(130));
  process.exitCode = await runCli(argv, {
    env: process.env,
    // Node makes the stream, and loads what it is made of, when it is first asked for: most commands never read it.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
  });
}

/** Whoever read may have had enough (`mintmark events list | head`). Anything else lost what was asked for. */
function endWithoutOutput(code: string | undefined): never {
  if (code === 'EPIPE') process.exit();
  process.stderr.write(`mintmark: the output cannot be written (${code})\n`);
  process.exit(3);
}
