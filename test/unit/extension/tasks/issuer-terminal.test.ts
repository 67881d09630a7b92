import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EventEmitter } from 'vscode';
import type { DaemonSession, DaemonState } from '../../../../extension/daemon/session.ts';
import { createIssuerTerminal, LINES } from '../../../../extension/features/tasks/issuer-terminal.ts';
import { waitUntilHolds } from '../../../support/wait.ts';

const RUNNING = { kind: 'running', baseUrl: 'http://localhost:6468', version: '1', degraded: null } as const;

/** A terminal of a session whose state the test turns; what it wrote and how it ended. */
function openTerminal(start: () => Promise<void> = async () => {}, state: DaemonState = RUNNING) {
  const states = new EventEmitter<DaemonState>();
  const session: Pick<DaemonSession, 'start' | 'state' | 'onDidChangeState'> = {
    start,
    get state() {
      return state;
    },
    onDidChangeState: states.event,
  };
  const terminal = createIssuerTerminal(session);
  const lines: string[] = [];
  const ends: unknown[] = [];
  terminal.onDidWrite((text) => lines.push(text.trimEnd()));
  terminal.onDidClose?.((code) => ends.push(code));
  terminal.open(undefined);
  return {
    terminal,
    lines,
    ends,
    turn: (next: DaemonState) => {
      state = next;
      states.fire(next);
    },
    settle: () => waitUntilHolds(() => expect(lines.length).toBeGreaterThan(1)),
  };
}

describe('the task of the issuer', () => {
  test('says when it starts and when it is ready, and stays', async () => {
    const { lines, ends, settle } = openTerminal();
    await settle();
    expect(lines).toEqual([LINES.starting, LINES.ready(RUNNING.baseUrl)]);
    expect(ends).toEqual([]);
  });

  test('tells a loss and the return, and ends with the issuer', async () => {
    const { lines, ends, turn, settle } = openTerminal();
    await settle();
    turn({ kind: 'reconnecting', attempt: 1 });
    turn({ kind: 'reconnecting', attempt: 2 });
    turn(RUNNING);
    turn({ kind: 'stopped' });
    turn(RUNNING);
    expect(lines.slice(2)).toEqual([LINES.lost, LINES.ready(RUNNING.baseUrl), LINES.stopped]);
    expect(ends).toEqual([0]);
  });

  test('fails with the reason, which cannot act on the terminal', async () => {
    const { lines, settle } = openTerminal(async () => {
      throw new Error('the port is taken by \u001b]0;x\u0007');
    });
    await settle();
    expect(lines.at(-1)).toBe('mintmark: the port is taken by \\u001b]0;x\\u0007');
  });

  test.each<[string, DaemonState]>([
    ['fails', { kind: 'failed', code: 'home_unusable', message: 'no' }],
    ['stops', { kind: 'stopped' }],
  ])(
    'gives no exit code when the issuer %s before it was ready: any would let a debug session begin',
    async (_, state) => {
      const { ends, settle } = openTerminal(async () => {}, state);
      await settle();
      expect(ends).toEqual([undefined]);
    },
  );

  test('gives no exit code when the start itself fails, or is left before the issuer was ready', async () => {
    const failing = openTerminal(async () => {
      throw new Error('no');
    });
    await failing.settle();
    expect(failing.ends).toEqual([undefined]);
    const waiting = openTerminal(() => new Promise(() => {}));
    waiting.terminal.handleInput?.('\u0003');
    expect(waiting.ends).toEqual([undefined]);
  });

  test('is left with Ctrl-C and leaves the issuer to others', async () => {
    const { terminal, lines, ends, settle, turn } = openTerminal();
    await settle();
    terminal.handleInput?.('x');
    terminal.handleInput?.('\u0003');
    turn({ kind: 'stopped' });
    expect(lines.at(-1)).toBe(LINES.left);
    expect(ends).toEqual([0]);
  });
});

describe('the problem matcher', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: {
      problemMatchers: { pattern: { regexp: string }; background: { beginsPattern: string; endsPattern: string } }[];
    };
  };
  const [matcher] = manifest.contributes.problemMatchers;
  const begins = new RegExp(matcher?.background.beginsPattern ?? '^$');
  const ends = new RegExp(matcher?.background.endsPattern ?? '^$');

  test('begins and ends with the lines of the task', () => {
    expect(LINES.starting).toMatch(begins);
    expect(LINES.ready('http://localhost:1')).toMatch(ends);
    const others = [LINES.starting, LINES.lost, LINES.stopped, LINES.left, LINES.failed('no')];
    for (const line of others) expect(line).not.toMatch(ends);
  });

  test('finds the line of a configuration file in what `mintmark serve` says', () => {
    const found = new RegExp(matcher?.pattern.regexp ?? '^$').exec(
      'mintmark: /a b/mintmark.json:3: there is no such setting',
    );
    expect(found?.slice(1)).toEqual(['/a b/mintmark.json', '3', 'there is no such setting']);
  });
});
