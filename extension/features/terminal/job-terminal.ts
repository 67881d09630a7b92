import { delimiter } from 'node:path';
import { env, l10n, type TerminalOptions, ThemeColor, ThemeIcon } from 'vscode';
import { isPlatformName } from '../../../daemon/protocol/platform-names.ts';
import { findDirectory, type JobChoice } from '../workflow/job-choice.ts';

export interface JobTerminal {
  readonly choice: JobChoice;
  /** Of its platform, for people. */
  readonly label: string;
  /** Path of `dist/mintmark.js`. */
  readonly bundle: string;
  /** State directory of the daemon that the job asks. */
  readonly home: string;
  /** Directory that has the program `mintmark`. */
  readonly programs: string;
}

/**
 * The terminal of a job: `mintmark run` in it starts the person's shell with the environment of the job, keeps its
 * tokens fresh, and withdraws everything when the shell or the terminal ends. Nothing of it is kept for the next
 * session of the editor (`isTransient`), and no other terminal gets it.
 */
export function makeJobTerminal({ choice, label, bundle, home, programs }: JobTerminal): TerminalOptions {
  const { slug, file, id, event, ref, options = {} } = choice;
  const directory = findDirectory(choice);
  const path = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    name: id === undefined ? l10n.t('CI job ({0})', label) : l10n.t('CI job ({0}: {1})', label, id),
    // The editor's own runtime, as a Node; `mintmark run` does not hand that on to the job.
    shellPath: process.execPath,
    shellArgs: [
      bundle,
      'run',
      ...(isPlatformName(slug) ? ['--as', slug] : ['--issuer', slug]),
      ...(file !== undefined && id !== undefined ? ['--job', `${file}#${id}`] : []),
      ...(event !== undefined ? ['--event', event] : []),
      ...(ref !== undefined ? ['--ref', ref] : []),
      ...Object.entries(options).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
      '--',
      env.shell || (process.platform === 'win32' ? 'cmd.exe' : '/bin/sh'),
    ],
    env: {
      ELECTRON_RUN_AS_NODE: '1',
      MINTMARK_HOME: home,
      [path]: `${programs}${delimiter}${process.env[path] ?? ''}`,
    },
    ...(directory !== undefined && { cwd: directory }),
    isTransient: true,
    iconPath: new ThemeIcon('key'),
    color: new ThemeColor('terminal.ansiYellow'),
  };
}
