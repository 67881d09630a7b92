import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfigFile } from '../../../../daemon/cli/files/config-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(content: string | Buffer): string {
  const path = join(folder, 'config.json');
  writeFileSync(path, content);
  return path;
}

describe('a configuration file', () => {
  test('is read with every setting in its place', () => {
    const path = write('{ "port": 7000, "idleExitSeconds": 60, "clockControl": true }');
    expect(readConfigFile(path)).toEqual({ port: 7000, idleExitSeconds: 60, clockControl: true });
  });

  test.each([
    ['an unknown setting', '{\n  "port": 7000,\n  "prot": 1\n}', 3],
    ['a wrong type', '{\n  "port": "7000"\n}', 2],
    ['a number out of range', '{\n\n"port": 70000 }', 3],
    ['a setting twice', '{\n  "port": 1,\n  "port": 2\n}', 3],
    ['broken JSON', '{\n  "port": 1,\n}', 3],
    ['a list', '[]', 1],
    ['a comment', '// port\n{}', 1],
    ['nothing', '', 1],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 1],
  ])('is refused with its line for %s', (_, content, line) => {
    const path = write(content);
    const message = expect.stringMatching(new RegExp(`config\\.json:${line}: `));
    expect(() => readConfigFile(path)).toThrow(expect.objectContaining({ code: 'config_invalid', message }));
  });

  test('has no place for a secret, says so, and does not repeat it', () => {
    const path = write('{ "passphrase": "hunter2" }');
    const expected = { code: 'config_invalid', message: expect.stringContaining('--passphrase-stdin') };
    expect(() => readConfigFile(path)).toThrow(expect.objectContaining(expected));
    expect(() => readConfigFile(path)).not.toThrow(/hunter2/);
  });

  test('is refused beyond 1 MiB', () => {
    const path = write(`{ "port": 1 ${' '.repeat(1_048_576)}}`);
    expect(() => readConfigFile(path)).toThrow(expect.objectContaining({ code: 'file_unreadable' }));
  });
});
