import { beforeEach, describe, expect, it } from 'vitest';
import { EventEmitter, Uri, window } from 'vscode';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import { openTimeline } from '../../../../extension/features/timeline/open-timeline.ts';
import { resetEditor } from '../../../support/vscode-script.ts';
import { makePanel } from '../pages/make-panel.ts';
import { makeEvent, makeIssuer, makeRecord } from '../wire-values.ts';

beforeEach(resetEditor);

/** A timeline of `default` in a panel that a test can hide, on a daemon that counts how often it is asked. */
function open() {
  const events = new EventEmitter<unknown>();
  const made = makePanel();
  Object.assign(window, { createWebviewPanel: () => made.panel });
  let reads = 0;
  const session = {
    state: { kind: 'running' } as DaemonState,
    issuers: [makeIssuer()],
    onDidAppendEvents: events.event,
    onDidChangeIssuers: new EventEmitter<void>().event,
    onDidChangeState: new EventEmitter<void>().event,
    call: async () => {
      reads += 1;
      return { items: [makeRecord()], nextCursor: null };
    },
  };
  const context = { session, log: { warn: () => {} }, extension: { extensionUri: Uri.file('/ext') } };
  openTimeline(context as never, 'default');
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const happen = async (name: string) => {
    events.fire([makeEvent({ name })]);
    await settle();
  };
  return { ...made, context, happen, settle, count: () => reads };
}

it('a timeline comes with the focus, and takes it again only when it is asked for again', () => {
  const { context, revealed } = open();
  expect(revealed).toEqual([]);
  openTimeline(context as never, 'default');
  expect(revealed).toHaveLength(1);
});

describe('the tokens of a timeline', () => {
  it('are read again when something happened to one', async () => {
    const { happen, settle, count } = open();
    await settle();
    const before = count();
    await happen('token.minted');
    expect(count()).toBe(before + 1);
    await happen('key.activated');
    expect(count()).toBe(before + 1);
  });

  it('are not read while nobody sees them, and once when somebody does', async () => {
    const { happen, settle, count, turn } = open();
    await settle();
    const before = count();
    turn(false);
    await happen('token.minted');
    await happen('token.minted');
    expect(count()).toBe(before);
    turn(true);
    turn(true);
    await settle();
    expect(count()).toBe(before + 1);
  });
});
