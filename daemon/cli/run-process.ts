import { findCommand } from './commands.ts';
import { runCli } from './run-cli.ts';

/** Runs this process's command line; its exit code is set, not forced, so that everything written arrives. */
export async function runProcess(): Promise<void> {
  const argv = process.argv.slice(2);
  const isDaemon = findCommand(argv)?.handlesSignals === true;
  process.stderr.on('error', () => {});
  process.stdout.on('error', () => {
    // Whoever read has had enough (`mintmark events list | head`); a daemon goes on without a reader.
    if (!isDaemon) process.exit();
  });
  if (!isDaemon) process.once('SIGINT', () => process.exit(130));
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
