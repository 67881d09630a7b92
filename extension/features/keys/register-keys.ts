import { Disposable, l10n } from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { registerCommand } from '../../run-command.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { exportKey } from './export-key.ts';
import { importKey } from './import-key.ts';
import { pickKey } from './pick-key.ts';
import { retireKey, revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';
import { scheduleRotation } from './schedule-rotation.ts';

/** What is done to signing keys, from the palette and from the issuers view alike. */
export function registerKeys(context: FeatureContext, documents: VirtualDocuments): Disposable {
  const { session } = context;
  const register = (id: string, work: (session: DaemonSession, argument: unknown) => Promise<void>): Disposable =>
    registerCommand(context, id, async (argument) => {
      await requireDaemon(session);
      await work(session, argument);
    });
  return Disposable.from(
    register(COMMANDS.rotateKey, rotateKey),
    register(COMMANDS.activateKey, activateKey),
    register(COMMANDS.retireKey, retireKey),
    register(COMMANDS.revokeKey, revokeKey),
    register(COMMANDS.importKey, importKey),
    register(COMMANDS.exportKey, (_, argument) => exportKey(session, documents, argument)),
    register(COMMANDS.scheduleRotation, scheduleRotation),
  );
}

async function activateKey(session: DaemonSession, argument: unknown): Promise<void> {
  const picked = await pickKey(session, argument, ['next'], l10n.t('Sign with which published key from now on?'));
  if (picked !== undefined) await session.call('keys.activate', { slug: picked.issuer.slug, kid: picked.key.kid });
}
