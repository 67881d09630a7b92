import { commands, Disposable } from 'vscode';
import { COMMANDS, WALKTHROUGHS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { finishStep } from '../../finish-step.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { registerCommand } from '../../run-command.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { repeatSteps } from './repeat-steps.ts';

/** The first steps, and the samples that they are made with. */
export function registerWalkthrough(context: FeatureContext, documents: VirtualDocuments): Disposable {
  const { session } = context;
  const walkthrough = `${context.extension.extension.id}#${WALKTHROUGHS.firstRun}`;
  return Disposable.from(
    repeatSteps(context.extension),
    registerCommand(context, COMMANDS.openWalkthrough, async () => {
      await commands.executeCommand('workbench.action.openWalkthrough', walkthrough, false);
    }),
    // The editor runs no command that is not enabled: unlike startIssuer, this one is
    // there while the issuer runs already.
    registerCommand(context, COMMANDS.joinIssuer, async () => {
      await requireDaemon(session);
      finishStep('start');
    }),
    session.onDidChangeState(({ kind }) => kind === 'running' && finishStep('start')),
    registerCommand(context, COMMANDS.openSample, async (argument) => {
      const { chooseSample, isSampleName, openSample } = await import('./open-sample.ts');
      const sample = isSampleName(argument) ? argument : await chooseSample(session);
      if (sample !== undefined) await openSample(context, documents, sample);
    }),
  );
}
