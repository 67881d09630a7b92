import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventEmitter, window } from 'vscode';
import { startDaemon } from '../../../../daemon/server/start-daemon.ts';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import { offerRestart } from '../../../../extension/features/lifecycle/offer-restart.ts';
import { registerLifecycle } from '../../../../extension/features/lifecycle/register-lifecycle.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { startTestDaemon } from '../../server/setup.ts';
import { openSession } from '../daemon/open-session.ts';

beforeEach(resetEditor);

const extension = { extension: { packageJSON: { version: '2.0.0' } } } as never;

describe('an issuer of another version', () => {
  const running = (version: string): DaemonState => ({
    kind: 'running',
    baseUrl: 'http://localhost:1',
    version,
    degraded: null,
  });
  function offer() {
    const changed = new EventEmitter<DaemonState>();
    const session = { onDidChangeState: changed.event } as never;
    onTestFinished(() => offering.dispose());
    const offering = offerRestart({ session, extension });
    return (state: DaemonState) => changed.fire(state);
  }

  it('is offered a restart, which happens when it is wanted', async () => {
    editor.answers.push('Restart Issuer');
    offer()(running('1.0.0'));
    await waitFor('the restart', () => editor.executed.some(([id]) => id === 'mintmark.restartIssuer'));
  });

  it('is offered it once, and one of our own version never', () => {
    const enter = offer();
    for (const state of [running('2.0.0'), running('1.0.0'), { kind: 'stopped' } as const, running('1.0.0')])
      enter(state);
    expect(editor.asked.map(({ subject }) => subject)).toMatchObject([{ message: expect.stringContaining('1.0.0') }]);
  });
});

describe('a window', () => {
  async function openWindow(home: string) {
    editor.settings.set('mintmark.home', home);
    const opened = openSession(home);
    const log = window.createOutputChannel('Mintmark', { log: true });
    const lifecycle = registerLifecycle({ session: opened.session, log, extension, watches: undefined as never });
    onTestFinished(() => {
      lifecycle.dispose();
      opened.session.dispose();
    });
    return opened;
  }

  it('joins the daemon that runs when it opens', async () => {
    const daemon = await startTestDaemon();
    onTestFinished(() => daemon.stop());
    const opened = await openWindow(daemon.home);
    await opened.waitFor('running');
    expect(editor.logged.join()).toContain(`running at ${daemon.running.baseUrl}`);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('that joins by itself: %s', async (autoJoin, times) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    editor.settings.set('mintmark.autoJoin', autoJoin);
    const joinIfRunning = vi.fn(async () => {});
    const { session } = openSession('/there/is/no/such/home');
    const log = window.createOutputChannel('Mintmark', { log: true });
    const wrapped = Object.create(session, { joinIfRunning: { value: joinIfRunning } }) as typeof session;
    const lifecycle = registerLifecycle({ session: wrapped, log, extension, watches: undefined as never });
    vi.runAllTimers();
    expect(joinIfRunning).toHaveBeenCalledTimes(times);
    lifecycle.dispose();
  });

  it('looks for a daemon when it gets the focus, and not when it loses it', async () => {
    const opened = await openWindow('/there/is/no/such/home');
    const daemon = await startTestDaemon();
    onTestFinished(() => daemon.stop());
    const joining = vi.spyOn(opened.session, 'joinIfRunning');
    editor.windowState.fire({ focused: false });
    expect(joining).not.toHaveBeenCalled();
    editor.windowState.fire({ focused: true });
    expect(joining).toHaveBeenCalledTimes(1);
  });

  it('joins the daemon that another window starts later', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mintmark-lifecycle-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const opened = await openWindow(home);
    const options = { ephemeral: true, clockControl: false, trustedIssuers: [], allowedOrigins: [] };
    const daemon = await startDaemon({ home, port: 0, version: '0.0.0-test', ...options });
    onTestFinished(() => daemon.stop());
    await opened.waitFor('running');
  });

  it('follows the setting that names the state directory, and waits for a daemon there', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mintmark-lifecycle-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const named = { home: '/there/is/no/such/home' };
    const opened = openSession(named.home, { readSettings: () => ({ home: named.home, flags: [] }) });
    const log = window.createOutputChannel('Mintmark', { log: true });
    const lifecycle = registerLifecycle({ session: opened.session, log, extension, watches: undefined as never });
    onTestFinished(() => {
      lifecycle.dispose();
      opened.session.dispose();
    });
    const joining = vi.spyOn(opened.session, 'joinIfRunning');
    await waitFor('the first look', () => joining.mock.calls.length === 1);
    const change = (section: string) => editor.configured.fire({ affectsConfiguration: (name) => name === section });
    change('mintmark.port');
    named.home = home;
    editor.settings.set('mintmark.home', home);
    change('mintmark.home');
    await waitFor('the look there', () => joining.mock.calls.length > 1);
    expect(joining).toHaveBeenCalledTimes(2);
    const options = { ephemeral: true, clockControl: false, trustedIssuers: [], allowedOrigins: [] };
    const daemon = await startDaemon({ home, port: 0, version: '0.0.0-test', ...options });
    onTestFinished(() => daemon.stop());
    await opened.waitFor('running');
  });

  it('tells a failed start to the person and not to the editor', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mintmark-lifecycle-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    await openWindow(home);
    await editor.commands.get('mintmark.startIssuer')?.();
    expect(editor.asked).toMatchObject([{ kind: 'error', choices: ['Show Logs'] }]);
  });
});
