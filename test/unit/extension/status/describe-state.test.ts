import { describe, expect, it } from 'vitest';
import type { DaemonState } from '../../../../extension/daemon/session.ts';
import type { Verdict } from '../../../../extension/daemon/watch-list.ts';
import { describeState } from '../../../../extension/features/status/describe-state.ts';
import { listMenuEntries } from '../../../../extension/features/status/status-menu.ts';
import { listPendingKeys } from '../../../../extension/pending-keys.ts';
import { makeVerdict } from '../text/make-context.ts';
import { at, makeIssuer, makeKey } from '../wire-values.ts';

const running = { kind: 'running', baseUrl: 'http://localhost:6468', version: '1.2.3', degraded: null } as const;
const failed = { kind: 'failed', code: 'port_busy', message: 'the port is taken' } as const;
const STATES: readonly DaemonState[] = [
  { kind: 'stopped' },
  { kind: 'starting' },
  running,
  { ...running, degraded: 'the disk is full' },
  { kind: 'reconnecting', attempt: 2 },
  failed,
  { kind: 'unavailable', why: 'untrusted' },
  { kind: 'unavailable', why: 'web' },
];

describe('the status', () => {
  it.each([
    ['stopped', { kind: 'stopped' }, '$(key) stopped'],
    ['starting', { kind: 'starting' }, '$(loading~spin) starting'],
    ['running', running, '$(key) :6468'],
    ['running without a port in its URL', { ...running, baseUrl: 'https://mint.example.test' }, '$(key) :443'],
    ['running but unable to write', { ...running, degraded: 'disk full' }, '$(warning) :6468'],
    ['reconnecting', { kind: 'reconnecting', attempt: 1 }, '$(loading~spin) reconnecting'],
    ['failed', failed, '$(error) failed'],
  ] as const)('of a daemon that is %s', (_name, state, text) => {
    expect(describeState(state, []).text).toBe(text);
  });

  it('is an alarm only when it failed', () => {
    expect(STATES.filter((state) => describeState(state, []).isFailure)).toEqual([failed]);
  });

  it('says in plain words what it means, without icons for those who cannot see them', () => {
    for (const state of STATES) expect(describeState(state, []).label).toMatch(/^Mintmark: [^$[\]]+$/);
    expect(describeState(failed, []).tooltip).toContain('the port is taken');
  });
});

describe('watched tokens', () => {
  const watched = (...statuses: (Verdict['status'] | null)[]) =>
    statuses.map((status) => ({ verdict: status === null ? null : makeVerdict({ status }) }));

  it('are counted by their verdicts, also for those who cannot see', () => {
    const words = describeState(running, [], watched('accepted', 'refused', 'undecided', 'accepted', null));
    expect(words.tooltip).toContain('Watched tokens: 2 accepted, 1 refused, 1 undecided, 1 waiting.');
    expect(words.label).toBe(words.tooltip);
  });

  it('are not mentioned where there are none', () => {
    expect(describeState(running, [], []).tooltip).not.toContain('Watched');
  });
});

describe('the menu', () => {
  const commandsOf = (state: DaemonState) => listMenuEntries(state, []).map(({ command }) => command);

  it('offers only what is possible now', () => {
    expect(commandsOf({ kind: 'stopped' })).toContain('mintmark.startIssuer');
    expect(commandsOf({ kind: 'stopped' })).not.toContain('mintmark.stopIssuer');
    expect(commandsOf(running)).toContain('mintmark.stopIssuer');
    expect(commandsOf(running)).not.toContain('mintmark.startIssuer');
    expect(commandsOf({ kind: 'unavailable', why: 'web' })).toEqual(['mintmark.inspectToken']);
    expect(commandsOf({ kind: 'unavailable', why: 'untrusted' })).toContain('workbench.trust.manage');
  });

  it('always offers to inspect a token, which needs no daemon', () => {
    for (const state of STATES) expect(commandsOf(state)).toContain('mintmark.inspectToken');
  });
});

describe('a published key that waits to sign', () => {
  const next = makeKey({ kid: 'waiting', state: 'next', activatedAt: null });
  const rotation = { everySeconds: 3_600, leadSeconds: 600, nextAt: at(60) };
  const pending = listPendingKeys([
    makeIssuer({ keys: [makeKey(), makeKey({ kid: 'newer', state: 'next' }), next] }),
    makeIssuer({ slug: 'scheduled', rotation, keys: [makeKey(), next] }),
    makeIssuer({ slug: 'calm' }),
  ]);

  it('is told from the keys alone: the oldest of its issuer, but none that a schedule activates', () => {
    expect(pending).toEqual([{ slug: 'default', kid: 'waiting', signsFrom: null }]);
  });

  it('is said in the status, and offered first in its menu while the issuer runs', () => {
    expect(describeState(running, pending).tooltip).toContain('The key waiting of default is published and waits');
    expect(listMenuEntries(running, pending)[0]).toMatchObject({
      command: 'mintmark.activateKey',
      row: { kind: 'key', slug: 'default', kid: 'waiting' },
    });
    expect(listMenuEntries({ kind: 'stopped' }, pending)).toEqual(listMenuEntries({ kind: 'stopped' }, []));
  });

  it('that is due to sign by itself says from when, and can still be let sign now', () => {
    const due = [{ slug: 'default', kid: 'waiting', signsFrom: new Date(Date.now() + 300_000).toISOString() }];
    expect(describeState(running, due).tooltip).toMatch(/The key waiting of default is published and signs from .*\d/);
    const [first] = listMenuEntries(running, due);
    expect([first?.label, first?.description]).toEqual([
      '$(key) Activate Now: waiting',
      expect.stringMatching(/^published for default, signs from .*\d/),
    ]);
  });

  it('that should sign already is not said to have begun', () => {
    const late = [{ slug: 'default', kid: 'waiting', signsFrom: new Date(Date.now() - 300_000).toISOString() }];
    expect(describeState(running, late).tooltip).toContain('The key waiting of default is published and due to sign.');
    expect(listMenuEntries(running, late)[0]?.description).toBe('published for default, due to sign');
  });
});
