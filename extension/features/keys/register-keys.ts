import { Disposable } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { registerCommand } from '../../run-command.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';

type KeyWork = (session: DaemonSession, argument: unknown) => Promise<void>;

/** What is done to signing keys, from the palette and from the issuers view alike. */
export function registerKeys(context: FeatureContext, documents: VirtualDocuments): Disposable {
  const { session } = context;
  /** The work is loaded when it is first asked for. */
  const register = (id: string, load: () => Promise<KeyWork>): Disposable =>
    registerCommand(context, id, async (argument) => {
      await requireDaemon(session);
      const work = await load();
      await work(session, argument);
    });
  return Disposable.from(
    register(COMMANDS.rotateKey, async () => (await import('./rotate-key.ts')).rotateKey),
    register(COMMANDS.activateKey, async () => (await import('./activate-key.ts')).activateKey),
    register(COMMANDS.retireKey, async () => (await import('./revoke-key.ts')).retireKey),
    register(COMMANDS.revokeKey, async () => (await import('./revoke-key.ts')).revokeKey),
    register(COMMANDS.importKey, async () => (await import('./import-key.ts')).importKey),
    register(COMMANDS.exportKey, async () => {
      const { exportKey } = await import('./export-key.ts');
      return (_, argument) => exportKey(session, documents, argument);
    }),
    register(COMMANDS.scheduleRotation, async () => (await import('./schedule-rotation.ts')).scheduleRotation),
  );
}
