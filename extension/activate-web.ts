import { type ExtensionContext, window } from 'vscode';
import { createWebSession } from './daemon/create-web-session.ts';
import { redactLog } from './features/logs/redacted-log.ts';
import { registerFeatures } from './register-features.ts';

/**
 * In a window that has only a browser: tokens are found, decoded and explained; the rest says why it cannot be here.
 */
export function activate(extension: ExtensionContext): void {
  registerFeatures(extension, createWebSession(), redactLog(window.createOutputChannel('Mintmark', { log: true })));
}
