import { join } from 'node:path';
import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { COMMANDS } from './contributions.ts';
import { createSession } from './daemon/create-session.ts';
import { createWatchList } from './daemon/create-watch-list.ts';
import { readDaemonSettings } from './daemon/read-daemon-settings.ts';
import type { FeatureContext } from './feature-context.ts';
import { registerActivity } from './features/activity/register-activity.ts';
import { registerCompare } from './features/compare/register-compare.ts';
import { registerInspector } from './features/inspector/register-inspector.ts';
import { registerIssuers } from './features/issuers/register-issuers.ts';
import { registerKeys } from './features/keys/register-keys.ts';
import { registerLifecycle } from './features/lifecycle/register-lifecycle.ts';
import { redactLog } from './features/logs/redacted-log.ts';
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
import { createVirtualDocuments } from './virtual-documents.ts';

/** Called once the editor is up, or when something of ours is first used. Registers; reads, loads and connects nothing. */
export function activate(extension: ExtensionContext): void {
  const log = redactLog(window.createOutputChannel('Mintmark', { log: true }));
  const report = (error: unknown): void => log.warn('issuer', error);
  const session = createSession({
    bundle: join(extension.extensionPath, 'dist', 'mintmark.js'),
    readSettings: readDaemonSettings,
    isTrusted: () => workspace.isTrusted,
    onDidGrantTrust: workspace.onDidGrantWorkspaceTrust,
    random: Math.random,
    report,
  });
  const watches = createWatchList(session, report);
  const documents = createVirtualDocuments();
  const context: FeatureContext = { extension, log, session, watches };

  const issuers = registerIssuers(context);
  const tokens = registerTokens(context, documents);
  extension.subscriptions.push(
    registerLifecycle(context),
    registerStatus(context),
    registerLogs(context),
    issuers,
    tokens,
    registerActivity(context, { issuers: issuers.tree, tokens: tokens.tree }),
    registerKeys(context, documents),
    registerTerminal(context),
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
}
