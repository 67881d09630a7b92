import { join } from 'node:path';
import { type ExtensionContext, window, workspace } from 'vscode';
import { createSession } from './daemon/create-session.ts';
import { readDaemonSettings } from './daemon/read-daemon-settings.ts';
import { registerLifecycle } from './features/lifecycle/register-lifecycle.ts';
import { redactLog } from './features/logs/redacted-log.ts';
import { registerFeatures } from './register-features.ts';

/**
 * Called once the editor is up, or when something of ours is first used. Registers; reads, loads and connects nothing.
 */
export function activate(extension: ExtensionContext): void {
  const log = redactLog(window.createOutputChannel('Mintmark', { log: true }));
  const session = createSession({
    bundle: join(extension.extensionPath, 'dist', 'mintmark.js'),
    readSettings: readDaemonSettings,
    isTrusted: () => workspace.isTrusted,
    onDidGrantTrust: workspace.onDidGrantWorkspaceTrust,
    random: Math.random,
    report: (error) => log.warn('issuer', error),
  });
  const context = registerFeatures(extension, session, log);
  extension.subscriptions.push(registerLifecycle(context));
}
