import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FeatureContext } from '../../../../extension/feature-context.ts';
import { registerWalkthrough } from '../../../../extension/features/walkthrough/register-walkthrough.ts';
import { repeatSteps } from '../../../../extension/features/walkthrough/repeat-steps.ts';
import { finishStep } from '../../../../extension/finish-step.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';

beforeEach(resetEditor);

const makeExtension = (kept = new Map<string, unknown>()) =>
  ({
    extension: { id: 'mintmark' },
    globalState: {
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => void kept.set(key, value),
    },
  }) as never;
const isStepDone = () => editor.contextKeys.has('mintmark.hasStarted');
const pressButton = () => editor.commands.get('mintmark.joinIssuer')?.();

function open(context: Omit<FeatureContext, 'extension'>): void {
  const registered = registerWalkthrough({ ...context, extension: makeExtension() }, undefined as never);
  onTestFinished(() => registered.dispose());
}

describe('the step that starts the issuer', () => {
  it('is done once the issuer runs, whoever started it', async () => {
    const context = await joinDaemon({ isJoined: false });
    open(context);
    expect(isStepDone()).toBe(false);
    await context.session.joinIfRunning();
    expect(isStepDone()).toBe(true);
  });

  it('is done by its button where the issuer ran before', async () => {
    open(await joinDaemon());
    expect(isStepDone()).toBe(false);
    await pressButton();
    expect(isStepDone()).toBe(true);
  });

  it('is not done where an issuer is refused', async () => {
    const { session, ...context } = await joinDaemon({ isJoined: false });
    const state = { kind: 'unavailable', why: 'untrusted' } as const;
    open({ ...context, session: Object.create(session, { state: { value: state } }) as typeof session });
    await pressButton();
    expect(editor.asked).toMatchObject([{ kind: 'error', choices: ['Manage Workspace Trust'] }]);
    expect(isStepDone()).toBe(false);
  });
});

describe('a step that was done before the editor read the walkthrough', () => {
  const openTab = (input: unknown) => editor.tabs.fire({ opened: [{ input }] });
  /** What is ticked off within the time in which the editor reads the walkthrough. */
  async function readTicks(): Promise<string[]> {
    editor.contextKeys.clear();
    await vi.advanceTimersByTimeAsync(10_000);
    return [...editor.contextKeys.keys()];
  }
  function openWindow(kept: Map<string, unknown>): void {
    const steps = repeatSteps(makeExtension(kept));
    onTestFinished(() => steps.dispose());
  }
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is ticked off when a page of the editor is opened, in a later window, too, and no other is', async () => {
    const kept = new Map<string, unknown>();
    openWindow(kept);
    finishStep('rotate');
    finishStep('rotate');
    openTab(undefined);
    expect(await readTicks()).toEqual(['mintmark.hasRotated']);
    expect([...kept.values()]).toEqual([['rotate']]);
    openWindow(kept);
    openTab(undefined);
    expect(await readTicks()).toEqual(['mintmark.hasRotated']);
    expect(editor.contextKeys.get('mintmark.hasRotated')).toBe(false);
  });

  it('is not ticked off again for a file that is opened, nor is what was kept by somebody else', async () => {
    openWindow(new Map<string, unknown>([['mintmark.doneSteps', ['toString', 5, 'rotate']]]));
    openTab({ uri: 'file:///a' });
    expect(await readTicks()).toEqual([]);
    openTab(undefined);
    expect(await readTicks()).toEqual(['mintmark.hasRotated']);
    openWindow(new Map<string, unknown>([['mintmark.doneSteps', 'rotate']]));
  });
});
