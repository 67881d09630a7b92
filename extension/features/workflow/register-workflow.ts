import { Disposable, languages } from 'vscode';
import type { FeatureContext } from '../../feature-context.ts';
import { registerCommand } from '../../run-command.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { isJobChoice } from './job-choice.ts';
import { JOB_COMMANDS } from './job-commands.ts';
import { followLensOccasions } from './lens-occasions.ts';
import { WORKFLOW_FILES } from './workflow-files.ts';

/**
 * Jobs in workflow files: what their tokens would say stands above them. Registers only;
 * the rest is read when it is shown.
 */
export function registerWorkflow(context: FeatureContext, documents: VirtualDocuments): Disposable {
  const { session } = context;
  const occasions = followLensOccasions(session);
  const lensesOf = () => import('./job-lenses.ts');
  const actionsOf = () => import('./job-actions.ts');
  const files = WORKFLOW_FILES.map(({ glob }) => ({ scheme: 'file', pattern: glob }));
  return Disposable.from(
    occasions,
    languages.registerCodeLensProvider(files, {
      onDidChangeCodeLenses: occasions.onDidArise,
      provideCodeLenses: async (document, cancellation) => {
        occasions.note(document);
        try {
          return await (await lensesOf()).provideJobLenses(session, document, cancellation);
        } catch (error) {
          occasions.noteNone(document);
          throw error;
        }
      },
      resolveCodeLens: async (lens) => (await lensesOf()).resolveJobLens(lens),
    }),
    registerCommand(context, JOB_COMMANDS.mint, async (choice) => {
      if (isJobChoice(choice)) await (await actionsOf()).mintJobToken(context, documents, choice);
    }),
    registerCommand(context, JOB_COMMANDS.watch, async (choice) => {
      if (isJobChoice(choice)) await (await actionsOf()).watchJobToken(context, choice);
    }),
  );
}
