import { Command, CommanderError } from 'commander';
import { MintmarkError } from '../problem.ts';
import type { CommandEntry, RunWork } from './command-entry.ts';
import { COMMANDS, findCommand, SHIM } from './commands.ts';
import { protectOperands } from './options/dashed-operands.ts';
import { nameOptions } from './options/name-options.ts';
import { parseNonEmpty } from './options/parse-text.ts';
import { separateCommand } from './options/separate-command.ts';
import { type GlobalOptions, openSession } from './session.ts';
import { type Io, readWidth, wantsColour } from './terminal/io.ts';
import { tellError } from './terminal/tell-error.ts';
import { wrapWords } from './terminal/wrap-words.ts';
import { VERSION } from './version.ts';

/** Descriptions of options begin a line where a column for them would be narrower. */
const NARROWEST_HELP = 20;
const PIPE_WIDTH = 80;
const EXIT_CODES = `
Exit codes: 0 done or accepted, 1 refused, 2 wrong usage or configuration, 3 could not decide.
`;

/**
 * Runs one command line, without the two words in front of it.
 *
 * @returns the exit code of CONTRACT §3
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  let usageFault = '';
  const version = ownWords(argv).includes('--json') ? JSON.stringify({ version: VERSION }) : VERSION;
  const program = createProgram(io, version, (text) => {
    usageFault += text;
  });
  const run: RunWork = async (work) => {
    exitCode = await work(openSession(io, program.opts<GlobalOptions>()));
  };

  const called = findCommand(argv);
  for (const entry of COMMANDS) {
    if (entry === called) (await entry.load())(program, run);
    else program.command(entry.name);
    program.commands.at(-1)?.summary(entry.summary);
  }
  if (called === SHIM) (await SHIM.load())(program, run);
  nameOptions(program);
  const words = called?.runsCommand === true ? separate(program, called, argv) : protectOperands(argv);
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    const json = ownWords(words).includes('--json');
    const { home } = program.opts<GlobalOptions>();
    if (!(error instanceof CommanderError)) return tellError(io, error, { json, home });
    // Commander's way to say that it has shown what was asked for.
    if (error.exitCode === 0) return 0;
    const reason = usageFault
      .replace(/^error: /, '')
      .trim()
      .replaceAll(/\s+/g, ' ');
    return tellError(
      io,
      new MintmarkError(
        'usage',
        reason || `name a command; see mintmark ${called === undefined ? '' : `${called.name} `}--help`,
      ),
      { json, home },
    );
  }
}

function separate(program: Command, { name }: CommandEntry, argv: readonly string[]): readonly string[] {
  const own = program.commands.find((command) => command.name() === name)?.options ?? [];
  return separateCommand(argv, name, [...program.options, ...own]);
}

/** Not those of a command that is given behind `--`. */
function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end < 0 ? argv : argv.slice(0, end);
}

function createProgram(io: Io, version: string, onFault: (text: string) => void): Command {
  return new Command('mintmark')
    .description('Workload identity at your desk: mint, rotate, verify and explain CI workflow tokens.')
    .version(version)
    .option('--home <dir>', 'state directory (default: $MINTMARK_HOME, else the place of your system)', parseNonEmpty)
    .option('--json', 'print one JSON value')
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: NARROWEST_HELP })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // A command line that is wrong is told like any other error, once.
      writeErr: () => {},
      outputError: onFault,
      getOutHasColors: () => wantsColour(io, io.stdout),
      getOutHelpWidth: () => readWidth(io.stdout) ?? PIPE_WIDTH,
    })
    .addHelpText('after', wrapWords(EXIT_CODES, readWidth(io.stdout) ?? Number.POSITIVE_INFINITY))
    .exitOverride();
}
