import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { workspace } from 'vscode';
import { readKeyAt } from '../../../../extension/features/keys/read-key-at.ts';
import { readKeyText } from '../../../../extension/features/keys/read-key-text.ts';
import { findKeySights } from '../../../../extension/features/text/find-private-keys.ts';
import { makeText } from '../text/make-document.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' })).trim();
const old = String(privateKey.export({ type: 'pkcs1', format: 'pem' })).trim();
const jwk = privateKey.export({ format: 'jwk' });

/** The key where one is seen in this text. */
function read(text: string): string | undefined {
  const { document } = makeText(text);
  Object.assign(workspace, { textDocuments: [document] });
  for (let line = 0; line < document.lineCount; line++) {
    const [sight] = findKeySights(document.lineAt(line).text);
    if (sight) return readKeyAt({ kind: 'place', uri: document.uri.toString(), line, character: sight.start });
  }
  return undefined;
}

afterEach(() => void Object.assign(workspace, { textDocuments: [] }));

describe('the key that a quick fix imports', () => {
  it.each([
    ['a file', pem, pem],
    ['an older form behind words', `mine:\n${old}\nand more`, old],
    ['a string', `{"key":${JSON.stringify(pem)}}`, pem],
    ['indented YAML', `key: |\n${pem.replace(/^/gm, '    ')}\nother: 1`, pem],
    [
      'strings that are put together',
      pem
        .split('\n')
        .map((line) => `  "${line}\\n" +`)
        .join('\n'),
      pem,
    ],
  ])('is read as PEM from %s', (_name, text, key) => {
    expect(read(text)).toBe(key);
  });

  it.each([
    ['a file', JSON.stringify(jwk, null, 2)],
    ['a set', JSON.stringify({ keys: [{ kty: 'oct' }, jwk, {}] })],
    ['a string', JSON.stringify({ key: JSON.stringify(jwk) })],
  ])('is read as JWK from %s', (_name, text) => {
    expect(readKeyText(read(text) ?? '')).toEqual({ jwk });
  });

  it('is asked for where it is not all there', () => {
    expect(read(pem.slice(0, 400))).toBeUndefined();
    expect(read(JSON.stringify(jwk).slice(1))).toBeUndefined();
    for (const argument of [undefined, {}, { kind: 'place', uri: 'file:///gone', line: 0, character: 0 }]) {
      expect(readKeyAt(argument)).toBeUndefined();
    }
  });
});
