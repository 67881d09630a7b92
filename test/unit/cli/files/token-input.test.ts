import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readToken } from '../../../../daemon/cli/files/token-input.ts';
import { MintmarkError } from '../../../../daemon/problem.ts';
import { createTestIo } from '../test-io.ts';

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-'));
  file = join(folder, 'token');
  writeFileSync(file, ' \tfrom-file \r\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const variables = ['FIRST', 'SECOND'];

describe('the token of a command', () => {
  test('is the argument before anything else', async () => {
    const io = createTestIo({ env: { FIRST: 'from-env' }, stdin: 'from-stdin' });
    const token = await readToken(io, { argument: 'from-argument', token: 'from-option', tokenFile: file, variables });
    expect(token).toBe('from-argument');
  });

  test('is --token before a file and the environment', async () => {
    const io = createTestIo({ env: { FIRST: 'from-env' } });
    expect(await readToken(io, { token: 'from-option', tokenFile: file, variables })).toBe('from-option');
  });

  test('comes from standard input for -, without the white space around it', async () => {
    expect(await readToken(createTestIo({ stdin: '\n from-stdin\r\n' }), { argument: '-' })).toBe('from-stdin');
  });

  test('comes from a file without the white space around it', async () => {
    expect(await readToken(createTestIo(), { tokenFile: file })).toBe('from-file');
  });

  test('comes from the first variable that is not empty', async () => {
    const io = createTestIo({ env: { FIRST: '', SECOND: 'from-second' } });
    expect(await readToken(io, { variables })).toBe('from-second');
  });

  test('keeps white space in an argument, where it is a fault of the token', async () => {
    expect(await readToken(createTestIo(), { argument: 'a.b.c ' })).toBe('a.b.c ');
  });

  test('keeps a byte order mark, which is no white space', async () => {
    expect(await readToken(createTestIo({ stdin: '\uFEFFa.b.c\n' }), { argument: '-' })).toBe('\uFEFFa.b.c');
  });

  test('is empty for an empty argument: the environment is not asked instead', async () => {
    const io = createTestIo({ env: { FIRST: 'from-env' } });
    expect(await readToken(io, { argument: '', variables })).toBe('');
  });

  test.each([
    ['nothing is given', {}, 'usage'],
    ['the file is missing', { tokenFile: '/nonexistent/token' }, 'file_unreadable'],
    ['the file is a folder', { tokenFile: tmpdir() }, 'file_unreadable'],
  ])('is refused when %s', async (_, sources, code) => {
    await expect(readToken(createTestIo(), sources)).rejects.toMatchObject({ code });
  });

  test('names where it was looked for when there is none', async () => {
    const told = 'no token: give it as argument, as - or by --token-file';
    await expect(readToken(createTestIo(), {})).rejects.toThrow(new MintmarkError('usage', told));
    await expect(readToken(createTestIo(), { variables })).rejects.toThrow(
      new MintmarkError(
        'usage',
        'no token: give it as argument, as -, by --token or --token-file, or in $FIRST, $SECOND',
      ),
    );
  });

  test('is refused beyond 1 MiB, from standard input and from a file', async () => {
    const large = join(folder, 'large');
    writeFileSync(large, 'x'.repeat(1_048_577));
    await expect(readToken(createTestIo(), { tokenFile: large })).rejects.toMatchObject({ code: 'file_unreadable' });
    const io = createTestIo({ stdin: 'x'.repeat(1_048_577) });
    await expect(readToken(io, { argument: '-' })).rejects.toMatchObject({ code: 'file_unreadable' });
  });
});
