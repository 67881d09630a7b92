import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CancellationTokenSource, EventEmitter } from 'vscode';
import { MintmarkError } from '../../../../daemon/problem.ts';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import { followLensOccasions } from '../../../../extension/features/workflow/lens-occasions.ts';
import { registerWorkflow } from '../../../../extension/features/workflow/register-workflow.ts';
import { resetEditor } from '../../../support/vscode-script.ts';
import { resetWorld, showDocuments, world } from '../text/editor-world.ts';
import { makeText } from '../text/make-document.ts';

vi.mock('vscode', async (original) => (await import('../text/editor-world.ts')).playEditor(await original()));

beforeEach(() => {
  resetEditor();
  resetWorld();
});

const RUNNING: DaemonState = { kind: 'running', baseUrl: 'http://localhost:1', version: '1', degraded: null };
const makeFile = (name: string) => makeText('on: push\n', { path: `/project/.github/workflows/${name}` }).document;

/** A window that shows `deploy.yml` with lenses of jobs, or with the offer to start the issuer. */
function open(state: DaemonState) {
  const [states, changes] = [new EventEmitter<DaemonState>(), new EventEmitter<void>()];
  const issuers: { slug: string; options: object }[] = [];
  const session = { state, issuers, onDidChangeState: states.event, onDidChangeIssuers: changes.event };
  const occasions = followLensOccasions(session as unknown as Parameters<typeof followLensOccasions>[0]);
  onTestFinished(() => {
    occasions.dispose();
    for (const emitter of [states, changes, ...Object.values(world.emitters)])
      expect(emitter).toMatchObject({ size: 0 });
  });
  const arisen = vi.fn();
  occasions.onDidArise(arisen);
  const file = makeFile('deploy.yml');
  showDocuments(file);
  occasions.note(file);
  return {
    arisen,
    occasions,
    file,
    enter(next: DaemonState) {
      session.state = next;
      states.fire(next);
    },
    setIssuers(...next: typeof issuers) {
      issuers.splice(0, issuers.length, ...next);
      changes.fire();
    },
  };
}

describe('lenses of jobs are asked for anew', () => {
  it('when somebody answers, and when nobody does any more', () => {
    const { arisen, enter, occasions, file } = open({ kind: 'stopped' });
    enter(RUNNING);
    expect(arisen).toHaveBeenCalledTimes(1);
    occasions.note(file);
    enter({ kind: 'stopped' });
    expect(arisen).toHaveBeenCalledTimes(2);
  });

  it('when the editor asked while nobody answered, and got none', () => {
    const { arisen, enter, occasions, file } = open(RUNNING);
    enter({ kind: 'reconnecting', attempt: 1 });
    occasions.note(file);
    enter(RUNNING);
    expect(arisen).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['another branch is checked out', () => world.emitters.headed.fire(undefined)],
    ['another workflow is saved', () => world.emitters.saved.fire(makeFile('called.yml'))],
  ])('when %s while the issuer comes back, once it has', (_, happen) => {
    const { arisen, enter } = open(RUNNING);
    enter({ kind: 'reconnecting', attempt: 1 });
    happen();
    enter({ kind: 'reconnecting', attempt: 2 });
    expect(arisen).not.toHaveBeenCalled();
    enter(RUNNING);
    expect(arisen).toHaveBeenCalledTimes(1);
  });

  it('when the connection was lost while they were made, once it is back', async () => {
    const states = new EventEmitter<DaemonState>();
    const session = {
      state: RUNNING as DaemonState,
      issuers: [],
      onDidChangeState: states.event,
      onDidChangeIssuers: new EventEmitter<void>().event,
      call: () => Promise.reject(new MintmarkError('daemon_unreachable')),
    };
    const enter = (next: DaemonState) => {
      session.state = next;
      states.fire(next);
    };
    const registered = registerWorkflow({ session } as never, undefined as never);
    onTestFinished(() => registered.dispose());
    const arisen = vi.fn();
    world.lensProvider?.onDidChangeCodeLenses?.(arisen);
    const file = makeFile('deploy.yml');
    showDocuments(file);
    const asked = world.lensProvider?.provideCodeLenses(file, new CancellationTokenSource().token);
    await expect(asked).rejects.toMatchObject({ code: 'daemon_unreachable' });
    enter({ kind: 'reconnecting', attempt: 1 });
    expect(arisen).not.toHaveBeenCalled();
    enter(RUNNING);
    expect(arisen).toHaveBeenCalledTimes(1);
  });

  it('when the issuer has other options, of which its claims are made', () => {
    const { arisen, setIssuers } = open(RUNNING);
    setIssuers({ slug: 'github-actions', options: {} }, { slug: 'gitlab', options: { 'project-id': '7' } });
    expect(arisen).not.toHaveBeenCalled();
    setIssuers({ slug: 'github-actions', options: { enterprise: 'acme' } });
    expect(arisen).toHaveBeenCalledTimes(1);
  });

  it('when Git puts another file in the place of the one that names the branch', () => {
    const { arisen } = open(RUNNING);
    world.emitters.rewritten.fire(undefined);
    expect(arisen).toHaveBeenCalledTimes(1);
  });

  it('when another branch is checked out, another workflow is saved, or the setting changes', () => {
    const { arisen } = open(RUNNING);
    world.emitters.headed.fire(undefined);
    world.emitters.saved.fire(makeFile('called.yml'));
    world.emitters.configured.fire({ affectsConfiguration: (name: string) => name === 'mintmark.codeLens.workflows' });
    expect(arisen).toHaveBeenCalledTimes(3);
  });
});

describe('lenses of jobs are left alone', () => {
  it('while the issuer comes back, or changes what they do not depend on', () => {
    const { arisen, enter } = open(RUNNING);
    enter({ kind: 'reconnecting', attempt: 1 });
    enter(RUNNING);
    enter({ ...RUNNING, degraded: 'storage_full' });
    expect(arisen).not.toHaveBeenCalled();
  });

  it('by their own file that is saved while the issuer comes back', () => {
    const { arisen, enter, file } = open(RUNNING);
    enter({ kind: 'reconnecting', attempt: 1 });
    world.emitters.saved.fire(file);
    enter(RUNNING);
    expect(arisen).not.toHaveBeenCalled();
  });

  it('while the offer to start stays', () => {
    const { arisen, enter } = open({ kind: 'stopped' });
    enter({ kind: 'starting' });
    enter({ kind: 'failed', code: 'internal', message: '' });
    world.emitters.headed.fire(undefined);
    expect(arisen).not.toHaveBeenCalled();
  });

  it('when their own file is saved, or one that is no workflow, or another setting changes', () => {
    const { arisen, file } = open(RUNNING);
    world.emitters.saved.fire(file);
    world.emitters.saved.fire(makeText('a', { path: '/project/a.txt' }).document);
    world.emitters.configured.fire({ affectsConfiguration: () => false });
    expect(arisen).not.toHaveBeenCalled();
  });

  it('when none of them is shown any more', () => {
    const { arisen, enter } = open(RUNNING);
    showDocuments();
    enter({ kind: 'stopped' });
    world.emitters.headed.fire(undefined);
    expect(arisen).not.toHaveBeenCalled();
  });
});
