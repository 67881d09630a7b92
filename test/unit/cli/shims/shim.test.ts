import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../../../daemon/cli/run-cli.ts';
import { makeTemporaryDirectory } from '../../../support/temporary-directory.ts';
import { createTestIo } from '../test-io.ts';

test.runIf(process.platform !== 'win32')(
  'the real program finds what the job has, not how its stand-in runs',
  async () => {
    const [installed, place] = [makeTemporaryDirectory(), makeTemporaryDirectory()];
    const seen = join(place, 'seen');
    writeFileSync(join(installed, 'circleci'), `#!/bin/sh\nenv > '${seen}'\necho "$@" >> '${seen}'\nexit 7\n`, {
      mode: 0o755,
    });
    const settings = join(place, 'circleci.json');
    writeFileSync(settings, JSON.stringify({ name: 'circleci', requestUrl: 'http://localhost:1/', requestToken: 'x' }));
    const io = createTestIo({ env: { PATH: `${installed}:/usr/bin:/bin`, MINE: 'mine', ELECTRON_RUN_AS_NODE: '1' } });
    expect(await runCli(['--home', place, 'shim', settings, '--', 'tests', 'split'], io)).toBe(7);
    const lines = readFileSync(seen, 'utf8').split('\n');
    expect(lines).toContain('MINE=mine');
    expect(lines).toContain('tests split');
    expect(lines.filter((line) => line.startsWith('ELECTRON_'))).toEqual([]);
  },
);
