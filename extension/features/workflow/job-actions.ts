import { commands, l10n, ViewColumn, window, workspace } from 'vscode';
import { VIEWS } from '../../contributions.ts';
import type { Expectation } from '../../daemon/watch-list.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { requireDaemon } from '../../require-daemon.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { type JobChoice, toJobQuery } from './job-choice.ts';

const MESSAGE_MS = 5_000;

/** Mints the token of a job into a new editor, where its verdict stands above it. */
export async function mintJobToken(
  { session }: Pick<FeatureContext, 'session'>,
  documents: VirtualDocuments,
  choice: JobChoice,
): Promise<void> {
  if (!(await saveFirst(choice))) return;
  await requireDaemon(session);
  const { token } = await session.call('tokens.mint', { slug: choice.slug, ...toJobQuery(choice) });
  await documents.show('token', 'jwt', token, { viewColumn: ViewColumn.Beside });
}

/** Mints the token of a job and watches it: the Tokens view says what becomes of it. */
export async function watchJobToken(
  { session, watches }: Pick<FeatureContext, 'session' | 'watches'>,
  choice: JobChoice,
): Promise<void> {
  if (!(await saveFirst(choice))) return;
  await requireDaemon(session);
  const { token, claims } = await session.call('tokens.mint', { slug: choice.slug, ...toJobQuery(choice) });
  const { label } = await watches.pin(token, expectWhatItSays(claims));
  await commands.executeCommand(`${VIEWS.tokens}.focus`);
  window.setStatusBarMessage(l10n.t('Watching {0}', label), MESSAGE_MS);
}

/** A token of our own is held against what it says itself; only time, keys and revocation can change that. */
export function expectWhatItSays({ iss, aud }: Readonly<Record<string, unknown>>): Expectation {
  const audience =
    typeof aud === 'string' ? aud : Array.isArray(aud) ? aud.filter((one) => typeof one === 'string') : [];
  return { ...(typeof iss === 'string' && { issuer: iss }), ...(audience.length > 0 && { audience }) };
}

/**
 * A token is made of the file on the disk. One that has changes is saved first, if the person wants it.
 * @returns false when nothing is to be done
 */
export async function saveFirst({ file }: JobChoice): Promise<boolean> {
  const document = workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);
  if (document?.isDirty !== true) return true;
  const save = l10n.t('Save');
  const question = l10n.t('The job is read from the file on the disk, which has unsaved changes. Save it first?');
  if ((await window.showWarningMessage(question, { modal: true }, save)) !== save) return false;
  return document.save();
}
