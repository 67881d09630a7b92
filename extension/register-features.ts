import { commands, type ExtensionContext, type LogOutputChannel } from 'vscode';
import { COMMANDS } from './contributions.ts';
import type { LiveSession } from './daemon/create-session.ts';
import { createWatchList } from './daemon/create-watch-list.ts';
import type { FeatureContext } from './feature-context.ts';
import { registerActivity } from './features/activity/register-activity.ts';
import { registerCompare } from './features/compare/register-compare.ts';
import { registerInspector } from './features/inspector/register-inspector.ts';
import { registerIssuers } from './features/issuers/register-issuers.ts';
import { registerKeys } from './features/keys/register-keys.ts';
import { registerLogs } from './features/logs/register-logs.ts';
import { registerMint } from './features/mint/register-mint.ts';
import { registerStatus } from './features/status/register-status.ts';
import { registerTasks } from './features/tasks/register-tasks.ts';
import { registerTerminal } from './features/terminal/register-terminal.ts';
import { registerText } from './features/text/register-text.ts';
import { registerTimeline } from './features/timeline/register-timeline.ts';
import { registerTokens } from './features/tokens/register-tokens.ts';
import { registerTools } from './features/tools/register-tools.ts';
import { registerWalkthrough } from './features/walkthrough/register-walkthrough.ts';
import { registerWorkflow } from './features/workflow/register-workflow.ts';
import { createVirtualDocuments } from './virtual-documents.ts';

/**
 * Registers every feature that the editor can have wherever it runs; what needs the daemon says so when it has none.
 */
export function registerFeatures(
  extension: ExtensionContext,
  session: LiveSession,
  log: LogOutputChannel,
): FeatureContext {
  const watches = createWatchList(session, (error) => log.warn('watches', error));
  const documents = createVirtualDocuments();
  const context: FeatureContext = { extension, log, session, watches };

  const issuers = registerIssuers(context);
  const tokens = registerTokens(context, documents);
  extension.subscriptions.push(
    registerStatus(context),
    registerLogs(context),
    issuers,
    tokens,
    registerActivity(context, { issuers: issuers.tree, tokens: tokens.tree }),
    registerKeys(context, documents),
    registerTerminal(context),
    registerWorkflow(context, documents),
    registerTasks(context),
    registerTools(context),
    registerWalkthrough(context, documents),
    registerText(context),
    registerInspector(context),
    registerCompare(context),
    registerTimeline(context),
    registerMint(context, documents),
    commands.registerCommand(COMMANDS.refreshViews, () => session.refresh()),
    documents,
    watches,
    session,
    log,
  );
  return context;
}
