import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { FeatureContext } from '../../../../extension/feature-context.ts';
import { registerWalkthrough } from '../../../../extension/features/walkthrough/register-walkthrough.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { joinDaemon } from '../join-daemon.ts';

beforeEach(resetEditor);

const extension = { extension: { id: 'mintmark' } } as never;
const isStepDone = () => editor.contextKeys.has('mintmark.hasStarted');
const pressButton = () => editor.commands.get('mintmark.joinIssuer')?.();

function open(context: Omit<FeatureContext, 'extension'>): void {
  const registered = registerWalkthrough({ ...context, extension }, undefined as never);
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
