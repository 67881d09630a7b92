import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parsePort, parseSeconds } from './parse-count.ts';
import { addPassphraseOptions, type PassphraseOptions } from './passphrase-options.ts';

/** It spells MINT on a telephone. */
export const DEFAULT_PORT = 6468;

/** The options of `serve`, which `start` passes on. */
export interface ServeOptions extends PassphraseOptions {
  readonly port?: number;
  readonly idleExit?: number;
  readonly ephemeral?: true;
  readonly config?: string;
  readonly publicUrl?: string;
  readonly https?: true;
  readonly clockControl?: true;
}

export function addServeOptions(command: Command): Command {
  command
    .option('--port <n>', `port on 127.0.0.1 and ::1; 0 takes a free one (default: ${DEFAULT_PORT})`, parsePort)
    .option('--idle-exit <seconds>', 'end after so long without a client', parseSeconds)
    .option('--ephemeral', 'keep nothing: issuers, keys and tokens in memory only')
    .option('--config <file>', 'settings in JSON; options of the command line go before them')
    .option('--public-url <url>', 'base URL under which a proxy serves this daemon')
    .option('--https', 'serve https://localhost with a certificate of its own; clients trust ca.pem')
    .option('--clock-control', 'let callers with the control token set the time');
  return addPassphraseOptions(command);
}

/** The options as arguments for another process in another folder; a passphrase goes to it by a pipe. */
export function toFlags(options: ServeOptions): string[] {
  const { port, idleExit, config, publicUrl } = options;
  return [
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(idleExit === undefined ? [] : ['--idle-exit', String(idleExit)]),
    ...(options.ephemeral ? ['--ephemeral'] : []),
    ...(config === undefined ? [] : ['--config', resolve(config)]),
    ...(publicUrl === undefined ? [] : ['--public-url', publicUrl]),
    ...(options.https ? ['--https'] : []),
    ...(options.clockControl ? ['--clock-control'] : []),
  ];
}
