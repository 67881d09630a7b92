import { commands, type Disposable, l10n, window } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';

/**
 * Offers to restart an issuer of another version than this extension's, once for each version: it was started by
 * another window before an update, or from the command line, and others may be using it.
 */
export function offerRestart({ session, extension }: Pick<FeatureContext, 'session' | 'extension'>): Disposable {
  const own = readVersion(extension.extension.packageJSON);
  const offered = new Set<string>();
  return session.onDidChangeState(async (state) => {
    if (state.kind !== 'running' || state.version === own || offered.has(state.version)) return;
    offered.add(state.version);
    const restart = l10n.t('Restart Issuer');
    const message = l10n.t(
      'The running issuer is version {0}, this extension brings {1}. A restart keeps issuers, keys and records.',
      state.version,
      own,
    );
    if ((await window.showInformationMessage(message, restart)) === restart) {
      await commands.executeCommand(COMMANDS.restartIssuer);
    }
  });
}

function readVersion(manifest: unknown): string {
  const isRecord = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isRecord && typeof manifest.version === 'string' ? manifest.version : '';
}
