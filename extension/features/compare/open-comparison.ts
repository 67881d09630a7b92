import { l10n, window } from 'vscode';
import { MAX_DECODE_LENGTH } from '../../../daemon/token/decode.ts';
import { type CompareRequest, type CompareSnapshot, isCompareRequest } from '../../../webview/protocol.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { chooseColumn } from '../../pages/choose-column.ts';
import { openPage, type SnapshotBase } from '../../pages/open-page.ts';

/** Two tokens; an empty one is asked for by the page. */
export interface ComparedTokens {
  readonly left: string;
  readonly right: string;
}

/** Shows how two tokens differ, claim by claim. Nothing is verified, and no daemon is asked. */
export function openComparison(context: FeatureContext, tokens: ComparedTokens): void {
  let current = cut(tokens);
  const title = l10n.t('Compare Tokens');
  const panel = window.createWebviewPanel('mintmark.comparePanel', title, chooseColumn(), { enableFindWidget: true });
  const page = openPage<CompareRequest>(context, panel, {
    name: 'compare',
    title,
    isRequest: isCompareRequest,
    makeSnapshot: (base: SnapshotBase): CompareSnapshot => ({ ...base, type: 'snapshot', ...current }),
    answer(request) {
      if (request.type !== 'show') return;
      current = cut(request);
      page.refresh();
    },
  });
}

function cut({ left, right }: ComparedTokens): ComparedTokens {
  return { left: left.trim().slice(0, MAX_DECODE_LENGTH + 1), right: right.trim().slice(0, MAX_DECODE_LENGTH + 1) };
}
