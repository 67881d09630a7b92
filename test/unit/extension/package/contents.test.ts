import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NODE, PROJECT } from '../../../support/program.ts';

const PAGES = ['compare', 'inspector', 'mint', 'timeline'];
const NATIVES = ['darwin', 'linux', 'linuxmusl', 'win32'].flatMap((system) => [`${system}-arm64`, `${system}-x64`]);
const PARTS = readdirSync(join(PROJECT, 'dist/extension')).filter((name) => /^[a-z-]+-[A-Z0-9]{8}\.js$/.test(name));
const STEPS = ['inspect', 'rotate', 'start', 'terminal'];
const PICTURES = ['inspector', 'key-timeline', 'mint', 'problems', 'refused'];

/** Everything that people install, and nothing else. */
const CONTENTS = [
  ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json', 'package.nls.json'],
  ...['create-certificates', 'extension', 'extension-web', 'mintmark', 'ws', 'yaml', 'zod'].map(
    (name) => `dist/${name}.js`,
  ),
  'dist/THIRD-PARTY-NOTICES.txt',
  ...PARTS.map((name) => `dist/extension/${name}`),
  ...NATIVES.map((name) => `dist/native/${name}.node`),
  ...PAGES.flatMap((name) => [`dist/webview/${name}.css`, `dist/webview/${name}.js`]),
  'extension/media/icon.png',
  ...['jwt.tmLanguage.json', 'language-configuration.json'].map((name) => `extension/media/language/${name}`),
  ...PICTURES.map((name) => `extension/media/readme/${name}.png`),
  ...['claims', 'config'].map((name) => `extension/media/schemas/${name}.schema.json`),
  ...STEPS.map((name) => `extension/media/walkthrough/${name}.svg`),
];

const readText = (path: string) => readFileSync(join(PROJECT, path), 'utf8');
const manifest = JSON.parse(readText('package.json')) as {
  icon: string;
  engines: { vscode: string };
  categories: string[];
  keywords: string[];
  contributes: object;
};

describe('the package', () => {
  test('holds what is on the list, and nothing else', () => {
    const vsce = join(PROJECT, 'node_modules/@vscode/vsce/vsce');
    const { stdout, status } = spawnSync(NODE, [vsce, 'ls', '--no-dependencies'], { cwd: PROJECT, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout.trim().split('\n').toSorted()).toEqual(CONTENTS.toSorted());
    // vsce looks through every folder of the checkout, ignored ones too.
  }, 120_000);

  test('holds every file that the manifest names', () => {
    const named = JSON.stringify([manifest.icon, manifest.contributes]).matchAll(
      /"(?:\.\/)?((?:dist|extension)\/[^"]+)"/g,
    );
    const paths = Array.from(named, ([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(STEPS.length);
    expect(paths.filter((path) => !CONTENTS.includes(path))).toEqual([]);
  });

  test('has no token and no private key in it', () => {
    const texts = CONTENTS.filter((path) => !['.node', '.png'].includes(extname(path)));
    const withSecrets = texts.filter((path) => {
      const text = readText(path);
      return (
        /e[yw][\w-]{16,}\.e[yw][\w-]{16,}\.[\w-]/.test(text) || /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+\w{16}/.test(text)
      );
    });
    expect(withSecrets).toEqual([]);
  });

  test('has an icon that is sharp on any screen', () => {
    const png = readFileSync(join(PROJECT, manifest.icon));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256]);
  });

  test('has pictures of one size in its README, each said in words and small enough to be shown at once', () => {
    const shown = Array.from(
      readText('README.md').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g),
      ([, words = '', path = '']) => {
        expect(words.length).toBeGreaterThan(30);
        return path;
      },
    );
    expect(shown.toSorted()).toEqual(PICTURES.map((name) => `extension/media/readme/${name}.png`));
    for (const path of shown) {
      const png = readFileSync(join(PROJECT, path));
      expect(png.length).toBeLessThan(150_000);
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_120, 700]);
    }
  });

  test('is found under few words and in categories that there are', () => {
    expect(manifest.keywords.length).toBeLessThanOrEqual(5);
    expect(['Debuggers', 'Testing', 'Other']).toEqual(expect.arrayContaining(manifest.categories));
  });

  test('asks for an editor no older than the one whose interface it was written against', () => {
    const types = JSON.parse(readText('node_modules/@types/vscode/package.json')) as { version: string };
    expect(manifest.engines.vscode).toBe(`^${types.version.split('.').slice(0, 2).join('.')}.0`);
  });
});
