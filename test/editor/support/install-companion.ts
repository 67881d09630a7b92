import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { PROJECT } from '../../support/program.ts';

interface Installed {
  readonly relativeLocation: string;
}

const NAME = 'mintmark-companion';

/** The command of the companion, as the palette has it. */
export const TIME_HOVERS = 'Companion: Time Hovers';

/** A folder of extensions with what is in `extensions`, and beside it the companion of test/editor/companion. */
export function installCompanion(extensions: string, parent: string): string {
  const folder = join(parent, 'extensions');
  mkdirSync(join(folder, NAME), { recursive: true });
  const list = JSON.parse(readFileSync(join(extensions, 'extensions.json'), 'utf8')) as Installed[];
  for (const { relativeLocation } of list) {
    symlinkSync(join(extensions, relativeLocation), join(folder, relativeLocation), 'dir');
  }
  buildSync({
    entryPoints: [join(PROJECT, 'test/editor/companion/time-hovers.ts')],
    outfile: join(folder, NAME, 'main.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
  });
  const command = { command: `${NAME}.timeHovers`, title: 'Time Hovers', category: 'Companion' };
  writeFileSync(
    join(folder, NAME, 'package.json'),
    JSON.stringify({
      name: NAME,
      publisher: 'mintmark',
      version: '1.0.0',
      engines: { vscode: '^1.105.0' },
      main: './main.js',
      activationEvents: [],
      contributes: { commands: [command] },
    }),
  );
  const companion = { identifier: { id: `mintmark.${NAME}` }, version: '1.0.0', relativeLocation: NAME };
  const located = [...list, companion].map((each) => ({
    ...each,
    location: { $mid: 1, scheme: 'file', path: join(folder, each.relativeLocation) },
  }));
  writeFileSync(join(folder, 'extensions.json'), JSON.stringify(located));
  return folder;
}
