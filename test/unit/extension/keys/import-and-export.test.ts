import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Uri, workspace } from 'vscode';
import { exportKey } from '../../../../extension/features/keys/export-key.ts';
import { importKey } from '../../../../extension/features/keys/import-key.ts';
import { readKeyText } from '../../../../extension/features/keys/read-key-text.ts';
import { choose, editor, resetEditor } from '../../../support/vscode-script.ts';
import { waitFor } from '../../../support/wait.ts';
import { type JoinedContext, joinDaemon } from '../join-daemon.ts';
import { makeText } from '../text/make-document.ts';

beforeEach(resetEditor);

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const activeKid = ({ session }: JoinedContext) => session.issuers[0]?.keys[0]?.kid ?? '';

/** Documents that were shown, by their text. */
function makeDocuments() {
  const shown: string[] = [];
  const show = async (_name: string, _extension: string, text: string) => void shown.push(text) as never;
  return { shown, show, dispose: () => {} };
}

describe('Import Signing Key', () => {
  it.each([
    ['PEM', pem],
    ['PEM whose lines the input box has joined', pem.replaceAll('\n', ' ')],
    ['JWK', JSON.stringify(privateKey.export({ format: 'jwk' }))],
  ])('takes a pasted %s, masked', async (_name, text) => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'), choose('Paste'), text, choose('at once'));
    await importKey(context.session, undefined);
    await waitFor('the key to sign', () => context.session.issuers[0]?.keys[0]?.alg === 'ES256');
    expect(editor.asked.find(({ kind }) => kind === 'input')?.subject).toMatchObject({ password: true });
    expect([editor.said, editor.logged].join()).not.toContain(pem.split('\n')[1]);
  });

  it('takes the key of a quick fix, and asks only where to and when', async () => {
    const { session } = await joinDaemon();
    const { document } = makeText(`# mine\n${pem}`);
    Object.assign(workspace, { textDocuments: [document] });
    onTestFinished(() => void Object.assign(workspace, { textDocuments: [] }));
    editor.answers.push(choose('default'), choose('Publish only'));
    await importKey(session, { kind: 'place', uri: document.uri.toString(), line: 1, character: 0 });
    expect((await session.call('keys.list', { slug: 'default' })).items).toHaveLength(2);
  });

  it.each([
    ['publishes a key that is only to be published', [choose('Publish only')], ['active', 'next']],
    ['takes none when the person gives up at the last question', [], ['active']],
  ])('%s', async (_, answers, states) => {
    const { session } = await joinDaemon();
    editor.answers.push(choose('default'), choose('Paste'), pem, ...answers);
    await importKey(session, undefined);
    const { items } = await session.call('keys.list', { slug: 'default' });
    expect(items.map(({ state }) => state)).toEqual(states);
  });

  it('reads a file, unless it is larger than any key', async () => {
    const { session } = await joinDaemon();
    const file = { bytes: new TextEncoder().encode(pem), size: pem.length, reads: 0 };
    const readFile = async () => {
      file.reads += 1;
      return file.bytes;
    };
    const fs = { stat: async () => ({ size: file.size }), readFile };
    const before = workspace.fs;
    Object.assign(workspace, { fs });
    onTestFinished(() => void Object.assign(workspace, { fs: before }));
    const answers = [choose('default'), choose('From a file'), [Uri.file('/keys/key.pem')], choose('Publish only')];
    editor.answers.push(...answers);
    await importKey(session, undefined);
    expect((await session.call('keys.list', { slug: 'default' })).items).toHaveLength(2);
    file.size = 65_537;
    editor.answers.push(...answers);
    await expect(importKey(session, undefined)).rejects.toMatchObject({ code: 'key_too_large' });
    expect(file.reads).toBe(1);
  });

  it('refuses what is no key by a code, without quoting it', async () => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'), choose('Paste'), '{"kty":"EC","d":"very secret"', choose('at once'));
    const refusal = await importKey(context.session, undefined).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'key_material', message: expect.not.stringContaining('secret') });
  });
});

describe('the text of a key', () => {
  it('may say what it is about before its PEM block', () => {
    expect(readKeyText(` Bag Attributes\n${pem}`)).toEqual({ pem: `Bag Attributes\n${pem.trim()}` });
  });

  it.each([
    ['nothing', ''],
    ['words', 'my secret key'],
    ['the first line of a block', pem.split('\n')[0] ?? ''],
    ['half a block', pem.slice(0, 90)],
    ['half a JWK', '{"kty":"EC"'],
    ['an object that is no JWK', '{"key":"x"}'],
    ['a list', '[{"kty":"EC"}]'],
    ['a JWK that says something twice', '{"kty":"EC","kty":"RSA"}'],
  ])('is not %s, which the input box says at once', async (_name, text) => {
    const context = await joinDaemon();
    editor.answers.push(choose('default'), choose('Paste'));
    await importKey(context.session, undefined);
    const box = editor.asked.at(-1)?.subject as { validateInput: (text: string) => string | undefined };
    expect(box.validateInput(text)).toMatch(/neither PEM nor a JWK/);
    expect(box.validateInput(pem)).toBeUndefined();
    expect(box.validateInput(JSON.stringify(privateKey.export({ format: 'jwk' })))).toBeUndefined();
  });
});

it('asks for the issuer of a key before it asks for the key, in other words', async () => {
  const context = await joinDaemon();
  editor.answers.push(choose('default'), undefined);
  await exportKey(context.session, makeDocuments(), undefined);
  expect(editor.asked.map(({ subject }) => (subject as { placeHolder: string }).placeHolder)).toEqual([
    'Export which key? First choose its issuer.',
    'Export which key?',
  ]);
});

describe('Export Signing Key', () => {
  it('shows a public key in an editor', async () => {
    const context = await joinDaemon();
    const documents = makeDocuments();
    editor.answers.push(choose('default'), choose(activeKid(context).slice(0, 6)), choose('Public key, JWK'));
    await exportKey(context.session, documents, undefined);
    const jwk = JSON.parse(documents.shown[0] ?? '') as Record<string, unknown>;
    expect(jwk).toMatchObject({ kid: activeKid(context), kty: 'RSA' });
    expect(jwk).not.toHaveProperty('d');
  });

  it('writes a private key only to a file for its owner alone, after its kid was typed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mintmark-export-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'key.pem');
    writeFileSync(path, 'old', { mode: 0o644 });
    const context = await joinDaemon();
    const documents = makeDocuments();
    const row = { kind: 'key', slug: 'default', kid: activeKid(context) };

    editor.answers.push(choose('Private key, PEM'), 'another kid', Uri.file(path));
    await exportKey(context.session, documents, row);
    expect(readFileSync(path, 'utf8')).toBe('old');

    editor.answers.length = 0;
    editor.answers.push(choose('Private key, PEM'), activeKid(context), Uri.file(path));
    await exportKey(context.session, documents, row);
    expect(readFileSync(path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect([documents.shown, editor.clipboard]).toEqual([[], '']);
  });

  it('offers no private half of a key that has none any more', async () => {
    const context = await joinDaemon();
    const kid = activeKid(context);
    await context.daemon.control('POST', '/issuers/default/keys/rotate', {});
    await waitFor('the rotation', () => activeKid(context) !== kid);
    await exportKey(context.session, makeDocuments(), { kind: 'key', slug: 'default', kid });
    const offered = editor.asked[0]?.choices as { label: string }[];
    expect(offered.map(({ label }) => label)).toEqual(['Public key, JWK', 'Public key, PEM']);
  });
});
