import { beforeEach, expect, it } from 'vitest';
import { Uri, window } from 'vscode';
import type { FeatureContext } from '../../../../extension/feature-context.ts';
import { openComparison } from '../../../../extension/features/compare/open-comparison.ts';
import { openInspector } from '../../../../extension/features/inspector/open-inspector.ts';
import { openMintForm } from '../../../../extension/features/mint/open-mint-form.ts';
import { openTimeline } from '../../../../extension/features/timeline/open-timeline.ts';
import { createVirtualDocuments } from '../../../../extension/virtual-documents.ts';
import { resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';
import { makePanel } from './make-panel.ts';

beforeEach(resetEditor);

const TOKEN = 'eyJhbGciOiJub25lIn0.e30.';

it.each<[string, (context: FeatureContext) => void]>([
  ['inspector', (context) => openInspector(context, { token: TOKEN, source: 'a file', expect: null })],
  ['comparison', (context) => openComparison(context, { left: TOKEN, right: '' })],
  ['form that mints', (context) => openMintForm({ ...context, documents: createVirtualDocuments() }, 'mint')],
  ['timeline', (context) => openTimeline(context, 'default')],
])('the page of the %s is thrown away while it is hidden, with all that it shows', async (_, open) => {
  const joined = await joinDaemon({ isJoined: false });
  const opened: unknown[] = [];
  Object.assign(window, {
    createWebviewPanel: (_type: string, _title: string, _column: number, options: unknown) => {
      opened.push(options);
      return makePanel().panel;
    },
  });
  open({ ...joined, extension: { extensionUri: Uri.file('/ext') } } as never);
  expect(opened).toHaveLength(1);
  expect(opened[0]).not.toHaveProperty('retainContextWhenHidden');
});
