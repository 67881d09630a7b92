import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Selection, type TextDocument, window, workspace } from 'vscode';
import { openInspector } from '../../../../extension/features/inspector/open-inspector.ts';
import { mintReplacement } from '../../../../extension/features/text/mint-replacement.ts';
import {
  copyTokenRedacted,
  inspectToken,
  unwatchToken,
  verifyToken,
  watchToken,
} from '../../../../extension/features/text/token-commands.ts';
import { isPlace, makePlace, resolvePlace } from '../../../../extension/features/text/token-place.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { LOCAL, makeContext } from './make-context.ts';
import { makeText } from './make-document.ts';
import { makeToken, NOW } from './make-token.ts';

/** The page itself is tested where it lives; here is what it is asked to show. */
vi.mock('../../../../extension/features/inspector/open-inspector.ts', () => ({ openInspector: vi.fn() }));

const local = makeToken({ iss: LOCAL, aud: ['one', 'two'], ref: 'refs/heads/main', nbf: NOW, jti: 'x' });
const foreign = makeToken();

/** Opens a text in the active editor, with the cursor or a selection there. */
function open(
  text: string,
  from = 0,
  to = from,
): { document: TextDocument; change: ReturnType<typeof makeText>['change'] } {
  const opened = makeText(text);
  const at = (offset: number) => opened.document.positionAt(offset);
  const active = { document: opened.document, selection: new Selection(at(from), at(to)) };
  Object.assign(window, { activeTextEditor: active });
  Object.assign(workspace, { textDocuments: [opened.document] });
  return opened;
}

const close = () => {
  Object.assign(window, { activeTextEditor: undefined });
  Object.assign(workspace, { textDocuments: [] });
};

beforeEach(() => {
  resetEditor();
  vi.mocked(openInspector).mockClear();
  close();
});
afterEach(() => {
  // Whatever was said, asked or run: no text of a token is in it.
  const said = JSON.stringify([editor.said, editor.asked, editor.executed]);
  for (const token of [local, foreign]) expect(said).not.toContain(token.split('.')[1]);
});

test.each([
  ['Verify Token', verifyToken],
  ['Watch Token', watchToken],
])('%s asks nothing where no issuer can run', async (_, run) => {
  const { context, session } = makeContext();
  Object.assign(session, { state: { kind: 'unavailable', why: 'untrusted' } });
  await expect(run(context, undefined)).rejects.toMatchObject({ code: 'daemon_unreachable', cause: 'untrusted' });
  expect(editor.asked).toEqual([]);
});

test('Inspect Token takes the token of a lens, however long it is: the inspector says that it is too long', async () => {
  const { context } = makeContext();
  const long = `${foreign.split('.')[0]}.${'A'.repeat(300_000)}.c2ln`;
  const { document } = open(`A=${foreign}\nB=${long}`);
  await inspectToken(context, makePlace(document.uri, document.positionAt(foreign.length + 5)));
  expect(editor.asked).toEqual([]);
  expect(vi.mocked(openInspector).mock.calls[0]?.[1].token).toBe(long);
});

test('Inspect Token is a step of the walkthrough once a token is shown', async () => {
  const { context } = makeContext();
  await inspectToken(context, undefined);
  expect(editor.contextKeys.has('mintmark.hasInspected')).toBe(false);
  open(`A=${local}`, 20);
  await inspectToken(context, undefined);
  expect(editor.contextKeys.has('mintmark.hasInspected')).toBe(true);
});

describe('Watch Token', () => {
  test('watches a token of a local issuer without a question', async () => {
    const { context, pinned } = makeContext();
    open(`A=${local}`, 20);
    await watchToken(context, undefined);
    expect(pinned).toMatchObject([{ token: local, expect: { issuer: LOCAL } }]);
    expect(editor.asked).toEqual([]);
  });

  test('asks whom a token from elsewhere must be from and for, before anything is asked of anybody', async () => {
    const { context, pinned, calls } = makeContext();
    open(`A=${foreign}`, 20);
    editor.answers.push(choose('https://issuer.example.test'), choose('api'));
    await watchToken(context, undefined);
    expect(pinned).toMatchObject([{ expect: { issuer: 'https://issuer.example.test', audience: 'api' } }]);
    expect(calls).toEqual([]);
  });

  test.each([[[]], [[choose('default')]], [[choose('Another Issuer')]]])(
    'watches nothing when the person gives up',
    async (answers) => {
      const { context, pinned } = makeContext();
      open(`A=${foreign}`, 20);
      editor.answers.push(...answers);
      await watchToken(context, undefined);
      expect(pinned).toEqual([]);
    },
  );

  test.each(['javascript:alert(1)', 'http://issuer.example.test', 'not a url', 'file:///etc/passwd'])(
    'does not offer to fetch keys from %s because a token says so',
    async (iss) => {
      const { context } = makeContext();
      open(`A=${makeToken({ iss })}`, 20);
      await watchToken(context, undefined);
      expect(JSON.stringify(editor.asked[0]?.choices)).not.toContain(iss);
    },
  );

  test('takes the issuer and the audience that were pasted with white space around them', async () => {
    const { context, pinned } = makeContext();
    open(`A=${foreign}`, 20);
    const [issuer, audience] = ['https://other.example.test', 'web'];
    editor.answers.push(choose('Another Issuer'), ` ${issuer}\n`, choose('Another Audience'), `${audience} `);
    await watchToken(context, undefined);
    expect(pinned).toMatchObject([{ expect: { issuer, audience } }]);
  });

  test.each([
    ['http://localhost:1', true],
    ['http://127.0.0.1:1', true],
    ['http://[::1]:1', true],
    ['https://issuer.example.test', true],
    ['http://issuer.example.test', false],
    ['http://127.0.0.1.example.test', false],
    ['issuer.example.test', false],
  ])('takes %s for an issuer that keys can be fetched from: %s', async (url, isTaken) => {
    const { context } = makeContext();
    open(`A=${foreign}`, 20);
    editor.answers.push(choose('Another Issuer'));
    await watchToken(context, undefined);
    const box = editor.asked.at(-1)?.subject as { validateInput: (text: string) => string | null } | undefined;
    expect(box?.validateInput(url) === null).toBe(isTaken);
  });

  test('offers an issuer that only the token names as plain text', async () => {
    const { context } = makeContext();
    open(`A=${makeToken({ iss: 'https://a.example.test/$(verified)\u202e' })}`, 20);
    await watchToken(context, undefined);
    const offered = editor.asked[0]?.choices as { label: string; description?: string }[];
    const named = offered.find(({ description }) => description?.startsWith('says the token'));
    expect(named?.label).toBe('https://a.example.test/$ (verified)\\u202e');
  });

  test('follows the leeway that the person set', async () => {
    const { context, pinned } = makeContext();
    editor.settings.set('mintmark.leewaySeconds', 30);
    open(local);
    await watchToken(context, undefined);
    expect(pinned[0]?.expect).toEqual({ issuer: LOCAL, leewaySeconds: 30 });
  });
});

describe('the token of a command', () => {
  test('is the one at the cursor of several on a line', async () => {
    const { context, pinned } = makeContext();
    open(`${foreign}, ${local}`, foreign.length + 10);
    await watchToken(context, undefined);
    expect(pinned[0]?.token).toBe(local);
  });

  test('is the only one of the document, wherever the cursor is', async () => {
    const { context, pinned } = makeContext();
    open(`# comment\n\nA="Bearer ${local}"`, 0);
    await watchToken(context, undefined);
    expect(pinned[0]?.token).toBe(local);
  });

  test('is chosen by its subject when there are several', async () => {
    const { context, pinned } = makeContext();
    open(`#\nA=${makeToken({ sub: 'bob' })}\nB=${local}`, 0);
    editor.answers.push(choose('alice'));
    await watchToken(context, undefined);
    expect(pinned[0]?.token).toBe(local);
  });

  test('is taken from the clipboard only when that is chosen', async () => {
    const { context, pinned } = makeContext();
    editor.clipboard = `Bearer ${local}`;
    await watchToken(context, undefined);
    expect(pinned).toEqual([]);
    editor.answers.push(choose('Clipboard'));
    await watchToken(context, undefined);
    expect(pinned[0]?.token).toBe(local);
  });

  test('is pasted into a box that does not show it', async () => {
    const { context, pinned } = makeContext();
    editor.answers.push(choose('Paste'), `"${local}"`);
    await watchToken(context, undefined);
    expect(pinned[0]?.token).toBe(local);
    expect(editor.asked.find(({ kind }) => kind === 'input')?.subject).toMatchObject({ password: true });
  });

  test('may come from the environment', async () => {
    const { context, pinned } = makeContext();
    process.env.MINTMARK_TEST_VARIABLE = local;
    editor.answers.push(choose('MINTMARK_TEST_VARIABLE'));
    await watchToken(context, undefined).finally(() => delete process.env.MINTMARK_TEST_VARIABLE);
    expect(pinned[0]?.token).toBe(local);
  });

  test.each([
    [null],
    [7],
    ['place'],
    [{ kind: 'place' }],
    [{ kind: 'place', uri: 'file:/project/a.env', line: -1, character: 0 }],
    [{ kind: 'place', uri: 'file:/project/a.env', line: 1e9, character: 0 }],
    [{ kind: 'place', uri: 'file:/other', line: 0, character: 0 }],
    [{ kind: 'watch', watchId: 'none' }],
  ])('is not that of a foreign argument: %j', async (argument) => {
    const { context, pinned } = makeContext();
    await watchToken(context, argument);
    expect(pinned).toEqual([]);
  });
});

test('a row whose watch is gone stands for no token, not for the one at the cursor', async () => {
  const { context, pinned } = makeContext();
  open(local);
  await watchToken(context, { kind: 'watch', watchId: 'gone' });
  expect([pinned, editor.asked]).toEqual([[], []]);
});

describe('Verify Token', () => {
  test('holds the token against the issuer and the audience that the person names, in the inspector', async () => {
    const { context } = makeContext();
    open(local);
    editor.answers.push(choose(LOCAL), choose('two'));
    await verifyToken(context, undefined);
    const asked = { issuer: LOCAL, audience: 'two' };
    expect(openInspector).toHaveBeenCalledWith(context, { token: local, source: 'a.env', expect: asked });
  });

  test('offers the issuer that the token names first when it is known', async () => {
    const { context } = makeContext();
    editor.settings.set('mintmark.trustedIssuers', ['https://a.example.test', 'https://issuer.example.test']);
    open(foreign);
    await verifyToken(context, undefined);
    expect(editor.asked[0]?.choices).toMatchObject([
      { label: 'https://issuer.example.test', description: 'trusted issuer' },
      { label: LOCAL },
      { label: 'https://a.example.test' },
      {},
    ]);
    expect(openInspector).not.toHaveBeenCalled();
  });

  test('can leave the audience out, when that is chosen', async () => {
    const { context } = makeContext();
    open(local);
    editor.answers.push(choose(LOCAL), choose('Any Audience'));
    await verifyToken(context, undefined);
    expect(vi.mocked(openInspector).mock.lastCall?.[1].expect).toEqual({ issuer: LOCAL });
  });
});

describe('Inspect Token', () => {
  test('asks nobody anything: it shows what the token says', async () => {
    const { context, calls } = makeContext();
    open(`A=${foreign}`, 20);
    await inspectToken(context, undefined);
    expect(openInspector).toHaveBeenCalledWith(context, { token: foreign, source: 'a.env', expect: null });
    expect(calls).toEqual([]);
  });

  test('shows a selection that is no token, so that it says why it is none', async () => {
    const { context } = makeContext();
    open('hello.world', 0, 11);
    await inspectToken(context, undefined);
    expect(vi.mocked(openInspector).mock.lastCall?.[1].token).toBe('hello.world');
  });
});

test('Copy Token Without Signature copies what cannot be used', async () => {
  open(`x ${local} y`, 0, 400);
  await copyTokenRedacted(makeContext().context, undefined);
  const [header, payload, signature] = local.split('.');
  expect(editor.clipboard).toContain(`${header}.${payload}.`);
  expect(editor.clipboard).not.toContain(signature);
});

describe('Stop Watching Token', () => {
  test('ends the watch of a row, of a place, or of the one that is chosen', async () => {
    const { context, pinned } = makeContext();
    const { document } = open(`A=${local}`);
    const pin = () => watchToken(context, undefined);
    for (const kind of ['watch', 'record']) {
      await pin();
      await unwatchToken(context, { kind, watchId: pinned[0]?.id });
      expect(pinned).toEqual([]);
    }
    await pin();
    await unwatchToken(context, makePlace(document.uri, document.positionAt(5)));
    expect(pinned).toEqual([]);
    await pin();
    editor.answers.push(choose('alice'));
    await unwatchToken(context, undefined);
    expect(pinned).toEqual([]);
  });
});

test('Stop Watching Token at a place lets only the token go that stands there', async () => {
  const { context, pinned } = makeContext();
  for (const token of [foreign, local]) await context.watches.pin(token, {});
  const { document } = open(`A=${local}`);
  await unwatchToken(context, makePlace(document.uri, document.positionAt(5)));
  expect(pinned.map(({ token }) => token)).toEqual([foreign]);
});

describe('a replacement', () => {
  const minted = { token: makeToken({ iss: LOCAL, sub: 'new' }) };

  async function replace(text: string, meddle: (opened: ReturnType<typeof open>) => void = () => {}) {
    const opened = open(text);
    const { context, session, calls } = makeContext({ 'tokens.mint': minted });
    const edits: unknown[] = [];
    Object.assign(workspace, { applyEdit: async (edit: { replaced: unknown[] }) => edits.push(...edit.replaced) });
    const call = session.call;
    session.call = async (name, input) => {
      meddle(opened);
      return call(name, input);
    };
    const at = text.indexOf('eyJ');
    await mintReplacement(context.session, makePlace(opened.document.uri, opened.document.positionAt(at)));
    return { edits, calls };
  }

  test('claims the same, but for what an issuer writes itself, and stands where the old one stood', async () => {
    const { calls, edits } = await replace(`A="${local}"`);
    expect(calls).toEqual([
      {
        name: 'tokens.mint',
        input: { slug: 'default', subject: 'alice', audience: ['one', 'two'], claims: { ref: 'refs/heads/main' } },
      },
    ]);
    expect(edits).toMatchObject([{ range: { start: { line: 0, character: 3 } }, text: minted.token }]);
  });

  test('finds the old one again when the text moved meanwhile', async () => {
    const { edits } = await replace(`A="${local}"`, ({ change }) => change(0, 0, '# new\n'));
    expect(edits).toMatchObject([
      { range: { start: { line: 1, character: 3 }, end: { character: 3 + local.length } } },
    ]);
  });

  test.each<[string, (opened: ReturnType<typeof open>) => void]>([
    ['the old one is gone', ({ change }) => void change(3, 40, 'gone')],
    ['its document was closed', ({ document }) => void Object.assign(document, { isClosed: true })],
  ])('is put nowhere when %s', async (_, meddle) => {
    await expect(replace(`A="${local}"`, meddle)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test.each([-1, 0.5, Number.NaN, '0', null])('a place has no line %j, and no such character', (count) => {
  const place = { kind: 'place', uri: 'file:///project/a.env', line: 0, character: 0 };
  expect(isPlace(place)).toBe(true);
  expect([isPlace({ ...place, line: count }), isPlace({ ...place, character: count })]).toEqual([false, false]);
});

test('a place holds no token and finds it as long as it stands there', () => {
  const { document, change } = open(`A=${local}`);
  const place = makePlace(document.uri, document.positionAt(2));
  expect(JSON.stringify(place)).not.toContain(local.slice(0, 10));
  expect(resolvePlace(place)?.token).toBe(local);
  change(0, 60, '');
  expect(resolvePlace(place)).toBeNull();
});
