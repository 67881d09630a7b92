import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { ProvenDaemon } from '../client/prove-daemon.ts';
import { defaultStateDirectory } from '../client/state-home.ts';
import type { OperationInput, OperationName, OperationOutput } from '../protocol/operations.ts';
import { type Io, readWidth, wantsColour } from './terminal/io.ts';
import { nameCommand } from './terminal/name-command.ts';
import { withSpinner } from './terminal/spinner.ts';
import { createStyle, type Style } from './terminal/style.ts';

/** What one run of a command works with. */
export interface Session {
  readonly io: Io;
  readonly json: boolean;
  /** Absolute path of the state directory. */
  readonly home: string;
  readonly style: Style;
  /** Characters of a line of stdout; null where they do not count. */
  readonly width: number | null;
  /** A command of ours to be typed next, for this state directory. */
  nameCommand(command: string): string;
  /** Puts the command's data on stdout: one JSON value with --json, else the words. */
  print(value: unknown, words: string): void;
  /** Says a line on stderr. */
  tell(line: string): void;
  /** The running daemon, once it has proven itself. @throws MintmarkError `daemon_unreachable`, `daemon_unproven` */
  daemon(): Promise<ProvenDaemon>;
  /** Where the coordinator is that stands in the place of this home's daemon; without it there is none. */
  readonly coordinator?: URL;
  /** One operation of the running daemon. */
  call<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>>;
}

export interface GlobalOptions {
  readonly home?: string | undefined;
  readonly json?: boolean;
}

export function openSession(io: Io, options: GlobalOptions): Session {
  const home = resolve(options.home ?? defaultStateDirectory(io.env, process.platform, homedir));
  const json = options.json === true;
  // The client is loaded by who calls a daemon: `serve`, which is one, starts without it.
  const daemon = async () => (await import('../client/prove-daemon.ts')).findDaemon(home);
  return {
    io,
    json,
    home,
    width: readWidth(io.stdout),
    nameCommand: (command) => nameCommand(command, options.home),
    style: createStyle(!json && wantsColour(io, io.stdout)),
    print: (value, words) => {
      io.stdout.write(`${json ? JSON.stringify(value) : words}\n`);
    },
    tell: (line) => {
      io.stderr.write(`${line}\n`);
    },
    daemon,
    call: callAt(io, daemon),
  };
}

/** Operations of a daemon, which is found and proven for each. */
export function callAt(io: Io, daemon: Session['daemon']): Session['call'] {
  return (name, input) =>
    withSpinner(io, 'asking the daemon', async () => {
      const { callDaemon } = await import('../client/call-daemon.ts');
      return callDaemon(await daemon(), name, input);
    });
}
