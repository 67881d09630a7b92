import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readKeyDirectory, readKeysPath } from '../../../../daemon/cli/files/read-key-directory.ts';

let folder: string;
let keys: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-'));
  keys = join(folder, 'keys');
  mkdirSync(keys);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the files of a key directory', () => {
  test('are the regular ones, with their names', () => {
    writeFileSync(join(keys, '100.pem'), 'one');
    writeFileSync(join(keys, '200.pem'), 'two');
    expect(readKeyDirectory(keys)).toEqual(
      expect.arrayContaining([
        { name: '100.pem', pem: 'one' },
        { name: '200.pem', pem: 'two' },
      ]),
    );
  });

  test('SP-25: may lie behind links, as in a mounted secret; directories are passed over', () => {
    const mounted = join(keys, '..2027_01_01');
    mkdirSync(mounted);
    writeFileSync(join(mounted, '100.pem'), 'one');
    symlinkSync('..2027_01_01', join(keys, '..data'));
    symlinkSync(join('..data', '100.pem'), join(keys, '100.pem'));
    mkdirSync(join(keys, '300.pem'));
    expect(readKeyDirectory(keys)).toEqual([{ name: '100.pem', pem: 'one' }]);
  });

  test('SP-25: are no sockets', async () => {
    const socket = createServer();
    await new Promise<void>((listening) => socket.listen(join(keys, '200.pem'), listening));
    writeFileSync(join(keys, '100.pem'), 'one');
    expect(readKeyDirectory(keys).map(({ name }) => name)).toEqual(['100.pem']);
    await new Promise((closed) => socket.close(closed));
  });

  test('SP-26: must be there', () => {
    mkdirSync(join(keys, 'folder'));
    expect(() => readKeyDirectory(keys)).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: `no OIDC keys found in ${keys}` }),
    );
  });

  test('cannot be read from a directory that there is not, nor through a link that leads nowhere', () => {
    symlinkSync('none', join(keys, '100.pem'));
    for (const path of [join(keys, 'none'), keys])
      expect(() => readKeyDirectory(path)).toThrow(expect.objectContaining({ code: 'file_unreadable' }));
  });
});

test.each([[{}], [{ OIDC_KEYS_PATH: '' }], [{ OIDC_KEYS_PATH: ' ' }]])('SP-26: %j names no directory', (env) => {
  expect(() => readKeysPath(env)).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: 'OIDC_KEYS_PATH must be set' }),
  );
});
