import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { EventEmitter, window } from 'vscode';
import { MintmarkError } from '../../../../daemon/problem.ts';
import { decodeToken } from '../../../../daemon/token/decode.ts';
import type { IssuersMove } from '../../../../extension/daemon/session.ts';
import { listShownTokens } from '../../../../extension/features/lifecycle/list-shown-tokens.ts';
import { tellMove } from '../../../../extension/features/lifecycle/tell-move.ts';
import { editor, resetEditor } from '../../../support/vscode-script.ts';
import { resetWorld, showDocuments, world } from '../text/editor-world.ts';
import { makeText } from '../text/make-document.ts';
import { makeToken, NOW } from '../text/make-token.ts';
import { makeRecord } from '../wire-values.ts';

vi.mock('vscode', async (original) => (await import('../text/editor-world.ts')).playEditor(await original()));

const FROM = 'http://localhost:7000';
const TO = 'http://localhost:6468';
const ours = makeToken({ iss: `${FROM}/issuers/default` });
const expired = makeToken({ iss: `${FROM}/issuers/default`, exp: NOW - 1 });
const others = makeToken({ iss: 'http://localhost:70001/issuers/default' });

beforeEach(() => {
  resetEditor();
  resetWorld();
  vi.useFakeTimers({ now: NOW * 1_000, toFake: ['Date'] });
});
afterEach(() => void vi.useRealTimers());

function move(text: string, watched: readonly string[] = [], minted: readonly string[] = []) {
  const moves = new EventEmitter<IssuersMove>();
  const items = minted.map((token) => {
    const { claims } = decodeToken(token);
    const expiresAt = new Date(Number(claims?.exp) * 1_000).toISOString();
    return makeRecord({ expiresAt, claims: claims ?? {} });
  });
  const call = vi.fn(async () => ({ items, nextCursor: null }));
  showDocuments(makeText(text).document);
  tellMove({
    session: { onDidMoveIssuers: moves.event, call } as never,
    watches: { pinned: watched.map((token) => ({ token })) } as never,
    log: window.createOutputChannel('Mintmark', { log: true }),
  });
  moves.fire({ from: FROM, to: TO });
  return call;
}

test('is told in the log, and in one message where tokens of before are shown', async () => {
  move(`A=${ours}\nB=${ours}\n`);
  await vi.waitFor(() => expect(editor.asked).toHaveLength(1));
  expect(editor.asked).toMatchObject([{ kind: 'warning', subject: { message: expect.stringContaining(FROM) } }]);
  expect(editor.logged).toEqual([expect.stringMatching(`begin with ${TO} now.*${FROM}`)]);
});

test('is told in one message where a token of before was minted that still lives, wherever it is used', async () => {
  move('nothing', [], [expired, others, ours]);
  await vi.waitFor(() => expect(editor.asked).toHaveLength(1));
  expect(editor.asked).toMatchObject([{ kind: 'warning', subject: { message: expect.stringContaining(FROM) } }]);
});

test.each([
  ['no token', 'nothing', []],
  ['an expired one', expired, []],
  ['one of somebody else', others, []],
  ['one whose refusal is told because it is watched', ours, [ours]],
])('is told in the log alone where %s is shown and minted', async (_, text, watched) => {
  const call = move(text, watched, text === 'nothing' ? [] : [text]);
  await vi.waitFor(() => expect(call).toHaveBeenCalled());
  await new Promise((resolve) => setImmediate(resolve));
  expect(editor.logged).toHaveLength(1);
  expect(editor.asked).toEqual([]);
});

test('is told in the log alone by a window in the background, for a token that was minted and is shown nowhere', async () => {
  const { state } = window;
  Object.assign(window, { state: { focused: false } });
  onTestFinished(() => void Object.assign(window, { state }));
  const call = move('nothing', [], [ours]);
  await vi.waitFor(() => expect(editor.logged).toHaveLength(1));
  await import('../../../../extension/features/lifecycle/list-shown-tokens.ts');
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
  expect([call.mock.calls, editor.asked]).toEqual([[], []]);
});

test('is told in the log alone, which then has the reason, where the daemon cannot say what was minted', async () => {
  const call = move('nothing');
  call.mockRejectedValueOnce(new MintmarkError('daemon_unreachable'));
  await vi.waitFor(() => expect(editor.logged).toHaveLength(2));
  expect(editor.logged[1]).toContain('does not answer');
  expect(editor.asked).toEqual([]);
});

/** Every look at the clock takes 10 ms, so that a scan gives way before each line. */
function slowDown(): void {
  let clock = performance.now();
  const now = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 10));
  onTestFinished(() => now.mockRestore());
}

test('a long document is looked through without holding up the others', async () => {
  slowDown();
  const { document } = makeText(`${'nothing\n'.repeat(20)}A=${ours}\n`);
  showDocuments(document);
  const whole = vi.spyOn(document, 'getText');
  let turns = 0;
  const turning = setInterval(() => turns++);
  onTestFinished(() => clearInterval(turning));
  expect(await listShownTokens(FROM, NOW)).toEqual([ours]);
  expect(turns).toBeGreaterThan(2);
  expect(whole).not.toHaveBeenCalled();
});

test('a token is found in a document that changes while it is looked through, and nothing goes on afterwards', async () => {
  slowDown();
  const text = makeText(`${'nothing\n'.repeat(20)}A=${ours}\n`);
  showDocuments(text.document);
  const listed = listShownTokens(FROM, NOW);
  await new Promise((resolve) => setTimeout(resolve));
  const change = text.change(0, 0, 'more\n');
  world.emitters.changed.fire({ document: text.document, contentChanges: [change] });
  expect(await listed).toEqual([ours]);
  for (const emitter of Object.values(world.emitters)) expect(emitter).toMatchObject({ size: 0 });
});

test('one that never comes to rest is given up', async () => {
  slowDown();
  const text = makeText(`${'nothing\n'.repeat(20)}A=${ours}\n`);
  showDocuments(text.document);
  const changing = setInterval(() => text.change(0, 0, 'more\n'));
  onTestFinished(() => clearInterval(changing));
  expect(await listShownTokens(FROM, NOW)).toEqual([]);
});
