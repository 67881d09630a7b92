import { commands, env, l10n, Uri, ViewColumn, window, workspace } from 'vscode';
import type { MintedToken } from '../../../daemon/protocol/resources.ts';
import type { Destination } from '../../../webview/protocol.ts';
import { VIEWS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import type { VirtualDocuments } from '../../virtual-documents.ts';
import { writeOwnFile } from '../../write-own-file.ts';
import { expectWhatItSays } from '../workflow/job-actions.ts';

/** Takes the token to where the person wants it, and says where that is. */
export type Deliver = (minted: MintedToken) => Promise<string>;

/**
 * Prepares a place for a token that is about to be minted: asked before, so that none is minted for nothing. Undefined
 * when the person gave up. A token never gets into an address, a setting, a log or the editor's state.
 */
export async function prepareDelivery(
  documents: VirtualDocuments,
  destination: Destination,
): Promise<Deliver | undefined> {
  switch (destination) {
    case 'editor':
      return async ({ token }) => {
        await documents.show('token', 'jwt', token, { viewColumn: ViewColumn.Beside });
        return l10n.t('It is open in a new editor.');
      };
    case 'clipboard':
      return async ({ token }) => {
        await env.clipboard.writeText(token);
        return l10n.t('It is on the clipboard.');
      };
    case 'file':
      return chooseFile();
  }
}

/** Has the token watched, wherever else it would have gone. */
export function watchDelivered({ watches }: Pick<FeatureContext, 'watches'>): Deliver {
  return async ({ token, claims }) => {
    await watches.pin(token, expectWhatItSays(claims));
    await commands.executeCommand(`${VIEWS.tokens}.focus`);
    return l10n.t('It is watched in the Tokens view.');
  };
}

async function chooseFile(): Promise<Deliver | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const uri = await window.showSaveDialog({
    title: l10n.t('Where to save the token'),
    filters: { [l10n.t('Token')]: ['jwt'] },
    ...(folder ? { defaultUri: Uri.joinPath(folder, 'token.jwt') } : {}),
  });
  if (uri === undefined) return undefined;
  return async ({ token }) => {
    await writeOwnFile(uri, token);
    return l10n.t('It is in {0}.', uri.path.slice(uri.path.lastIndexOf('/') + 1));
  };
}
