import { l10n, type WebviewPanel, window } from 'vscode';
import type { FeatureContext } from '../../feature-context.ts';
import { chooseColumn } from '../../pages/choose-column.ts';
import { createInspectorView, type InspectedText, type InspectorView } from './inspector-view.ts';

interface Opened {
  readonly panel: WebviewPanel;
  readonly view: InspectorView;
}

/** The one inspector of the window: a further token takes the place of the one before, as in a preview. */
const opened = new WeakMap<FeatureContext['session'], Opened>();

/** Shows what a token says, and its verdict where there is one. No key, no network, no daemon is needed to open it. */
export function openInspector(context: FeatureContext, inspected: InspectedText): void {
  const known = opened.get(context.session);
  const { view } = known ?? openPanel(context);
  view.show(inspected);
  // A new panel comes with the focus. To reveal it would take the focus once more, from whatever has it by then.
  known?.panel.reveal();
}

function openPanel(context: FeatureContext): Opened {
  const panel = window.createWebviewPanel('mintmark.inspectorPanel', l10n.t('Token Inspector'), chooseColumn(), {
    enableFindWidget: true,
  });
  const view = createInspectorView(context, panel, (inspected) => view.show(inspected));
  const made = { panel, view };
  opened.set(context.session, made);
  panel.onDidDispose(() => opened.delete(context.session));
  return made;
}
