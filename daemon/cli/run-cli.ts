import { Command, CommanderError } from 'commander';
import { MintmarkError } from '../problem.ts';
import type { RunWork } from './command-entry.ts';
import { COMMANDS, findCommand } from './commands.ts';
import { type Io, wantsColour } from './io.ts';
import { type GlobalOptions, openSession } from './session.ts';
import { tellError } from './tell-error.ts';
import { VERSION } from './version.ts';

/**
 * Runs one command line, without the two words in front of it.
 *
 * @returns the exit code of CONTRACT §3
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  let usageFault = '';
  const program = createProgram(io, (text) => {
    usageFault += text;
  });
  const run: RunWork = async (work) => {
    exitCode = await work(openSession(io, program.opts<GlobalOptions>()));
  };

  const called = findCommand(argv);
  for (const entry of COMMANDS) {
    if (entry === called) (await entry.load())(program, run);
    else program.command(entry.name).summary(entry.summary);
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const json = argv.includes('--json');
    if (!(error instanceof CommanderError)) return tellError(io, error, json);
    // Commander's way to say that it has shown what was asked for.
    if (error.exitCode === 0) return 0;
    const reason = usageFault.replace(/^error: /, '').trim() || 'name a command; see mintmark --help';
    return tellError(io, new MintmarkError('usage', reason), json);
  }
}

function createProgram(io: Io, onFault: (text: string) => void): Command {
  return new Command('mintmark')
    .description('Workload identity at your desk: mint, rotate, verify and explain CI workflow tokens.')
    .version(VERSION)
    .option('--home <dir>', 'state directory (default: $MINTMARK_HOME, else the place of your system)')
    .option('--json', 'print one JSON value')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // A command line that is wrong is told like any other error, once.
      writeErr: () => {},
      outputError: onFault,
      getOutHasColors: () => wantsColour(io, io.stdout),
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done or accepted, 1 refused, 2 wrong usage or configuration, 3 could not decide.\n',
    )
    .exitOverride();
}
