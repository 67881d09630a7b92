import { Disposable, TerminalProfile, window } from 'vscode';
import { COMMANDS, TERMINAL_PROFILES } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { finishStep } from '../../finish-step.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { registerCommand, tellProblem } from '../../run-command.ts';

/** Whose jobs the profiles are of; null: the person is asked. */
const ISSUERS: Readonly<Record<keyof typeof TERMINAL_PROFILES, string | null>> = {
  githubActions: 'github-actions',
  gitlab: 'gitlab',
  semaphore: 'semaphore',
  circleci: 'circleci',
  other: null,
};

/**
 * Terminals that have what a CI job has: by command, from a job's lens, and as profiles
 * in the menu of the terminal view.
 */
export function registerTerminal(context: FeatureContext): Disposable {
  const prepare = async (argument?: unknown) => {
    await requireDaemon(context.session);
    return (await import('./prepare-terminal.ts')).prepareTerminal(context, argument);
  };
  const registerProfile = (name: keyof typeof TERMINAL_PROFILES) =>
    window.registerTerminalProfileProvider(TERMINAL_PROFILES[name], {
      provideTerminalProfile: async () => {
        try {
          const slug = ISSUERS[name];
          const options = await prepare(slug === null ? undefined : { slug });
          if (options === undefined) return undefined;
          finishStep('terminal');
          return new TerminalProfile(options);
        } catch (error) {
          context.log.error(TERMINAL_PROFILES[name], error);
          void tellProblem(error);
          return undefined;
        }
      },
    });
  return Disposable.from(
    registerProfile('githubActions'),
    registerProfile('gitlab'),
    registerProfile('semaphore'),
    registerProfile('circleci'),
    registerProfile('other'),
    registerCommand(context, COMMANDS.openCiTerminal, async (argument) => {
      const options = await prepare(argument);
      if (options === undefined) return;
      window.createTerminal(options).show();
      finishStep('terminal');
    }),
  );
}
