import { Disposable, TerminalProfile, window } from 'vscode';
import { COMMANDS, TERMINAL_PROFILES } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { registerCommand, tellProblem } from '../../run-command.ts';

/** Terminals that have what a CI job has: by command, and as a profile in the menu of the terminal view. */
export function registerTerminal(context: FeatureContext): Disposable {
  const { session, log } = context;

  const prepare = async (argument?: unknown) => {
    const [{ chooseIssuer }, { prepareJob }] = await Promise.all([
      import('./choose-issuer.ts'),
      import('./prepare-job.ts'),
    ]);
    await requireDaemon(session);
    const slug = await chooseIssuer(session, argument);
    return slug === undefined ? undefined : await prepareJob(session, slug);
  };

  return Disposable.from(
    registerCommand(context, COMMANDS.openCiTerminal, async (argument) => {
      const options = await prepare(argument);
      if (options !== undefined) window.createTerminal(options).show();
    }),
    window.registerTerminalProfileProvider(TERMINAL_PROFILES.ciJob, {
      provideTerminalProfile: async () => {
        try {
          const options = await prepare();
          return options && new TerminalProfile(options);
        } catch (error) {
          log.error(TERMINAL_PROFILES.ciJob, error);
          void tellProblem(error);
          return undefined;
        }
      },
    }),
  );
}
