import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseOldNode } from '../../../daemon/cli/node-version.ts';

test.each(['22.14.0', '22.20.1', '23.6.0', '24.0.0', '100.0.0'])('Node %s will do', (version) => {
  expect(refuseOldNode(version)).toBeNull();
});

test.each(['22.13.1', '23.5.0', '22.12.0', '20.20.2', '0.10.48'])('Node %s is told to be too old', (version) => {
  expect(refuseOldNode(version)).toContain(version);
});

/** A Node on this machine's PATH, outside node_modules, that is older than what the bundle needs. */
function findOldNode(): string | undefined {
  const candidates = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'));
  return candidates.find((file) => {
    if (!existsSync(file)) return false;
    const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
    return refuseOldNode(stdout.trim().slice(1)) !== null;
  });
}

const oldNode = findOldNode();

describe.skipIf(oldNode === undefined)('under an old Node (skipped where none is on PATH)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mintmark-'));
    await build({
      entryPoints: ['daemon/cli/main.ts'],
      outfile: join(folder, 'mintmark.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      logLevel: 'silent',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([[['serve']], [['--help']], [['mint', '--json']]])('the bundle says so in one line for %j', (argv) => {
    const ran = spawnSync(oldNode ?? '', [join(folder, 'mintmark.js'), ...argv], { encoding: 'utf8' });
    expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^mintmark needs Node 22\.14, 23\.6 or newer; this is [\d.]+\n$/);
  });
});
