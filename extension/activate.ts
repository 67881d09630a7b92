import type { ExtensionContext } from 'vscode';
import { registerInspectToken } from './features/inspect-token.ts';

/** Called by the editor when a command of ours is first used. */
export function activate(context: ExtensionContext): void {
  registerInspectToken(context);
}
