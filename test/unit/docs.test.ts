import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../daemon/cli/commands.ts';
import { runCli } from '../../daemon/cli/run-cli.ts';
import { listPlatforms } from '../../daemon/platforms/list-platforms.ts';
import { describeProblem, isProblemCode } from '../../daemon/problem.ts';
import { STATE_FILES } from '../../daemon/store/state-directory.ts';
import { CHECK_NAMES } from '../../daemon/verify/verdict.ts';
import { PROJECT } from '../support/program.ts';
import { createTestIo } from './cli/test-io.ts';

const read = (name: string) => readFileSync(join(PROJECT, name), 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json')) as {
  contributes: {
    commands: { command: string; title: string }[];
    menus: { commandPalette: { command: string; when: string }[] };
    configuration: { properties: Record<string, { default: unknown }> };
    languageModelTools: { toolReferenceName: string }[];
    walkthroughs: { steps: unknown[] }[];
  };
};
const { contributes } = manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;

/** The rows of the first table behind a text, without its two head lines. */
function readTable(document: string, behind: string): string[][] {
  const rest = document.slice(document.indexOf(behind) + behind.length);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(rest) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

const listQuoted = (cell: string | undefined, quote: string) =>
  Array.from((cell ?? '').matchAll(new RegExp(`\\${quote}([^${quote}]+)\\${quote}`, 'g')), ([, name = '']) => name);

describe('README.md', () => {
  test('lists every command of the command line, in the order of its help', () => {
    const listed = readTable(readme, '<!-- commands:').flatMap(([cell]) => listQuoted(cell, '`'));
    expect(listed).toEqual(COMMANDS.map(({ name }) => name));
  });

  test('lists every flag of oidc verify, and no other', async () => {
    const io = createTestIo();
    await runCli(['oidc', 'verify', '--help'], io);
    const [, options = ''] = /^Options:\n([\s\S]*?)\n\n/m.exec(io.stdoutText()) ?? [];
    const offered = Array.from(options.matchAll(/^ {2}(?:-(\w), )?--([a-z-]+)/gm), ([, short, long]) =>
      [short, long].filter(Boolean),
    ).flat();
    const listed = readTable(readme, '<!-- oidc verify:').flatMap(([cell]) =>
      listQuoted(cell, '`').map((flag) => flag.replace(/^-+|\W[A-Z].*$/g, '')),
    );
    expect(listed.toSorted()).toEqual(offered.filter((flag) => flag !== 'h' && flag !== 'help').toSorted());
  });

  test('tells of oidc verify its environment, its exit codes, and how Semaphore, GitHub Actions and GitLab run it (SP-59)', () => {
    const [section = ''] = /^### Verify in a pipeline$[\s\S]*?(?=^### )/m.exec(readme) ?? [];
    const examples = Array.from(section.matchAll(/^```(?:yaml|sh)\n([\s\S]*?)^```/gm), ([, code = '']) => code);
    expect(examples.filter((code) => code.includes('mintmark oidc verify ')).length).toBeGreaterThanOrEqual(3);
    for (const [system, step] of [
      ['Semaphore', 'prologue:'],
      ['GitHub Actions', 'steps:'],
      ['GitLab', 'before_script:'],
    ] as const) {
      const beginning = section.indexOf(`\n${system}, `);
      expect(section.slice(beginning, section.indexOf('\n```\n', beginning)), system).toContain(step);
    }
    for (const variable of [
      'SUPERPLANE_OIDC_TOKEN',
      'SUPERPLANE_OIDC_ASSERTION',
      'SUPERPLANE_URL',
      'SUPERPLANE_TOKEN',
    ]) {
      expect(section).toContain(`\`$${variable}\``);
    }
    expect(section).toMatch(/Exit codes: 0 [^;]+; 1 [^;]+; 2 [^;]+; 3 /);
  });

  test('lists every command that the palette offers', () => {
    const hidden = contributes.menus.commandPalette
      .filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    const offered = contributes.commands.filter(({ command }) => !hidden.includes(command));
    const listed = readTable(readme, '<!-- extension commands:').flatMap(([cell]) => listQuoted(cell, '*'));
    expect(listed.toSorted()).toEqual(offered.map(({ title }) => texts[title.replaceAll('%', '')] ?? title).toSorted());
  });

  test('lists every setting with its default', () => {
    const listed = readTable(readme, '<!-- settings:').map(([name, value]) => [
      ...listQuoted(name, '`'),
      JSON.parse(listQuoted(value, '`')[0] ?? 'null'),
    ]);
    const settings = Object.entries(contributes.configuration.properties);
    expect(listed).toEqual(settings.map(([name, setting]) => [name, setting.default]));
  });

  test('lists every tool of language models', () => {
    const listed = readTable(readme, '<!-- tools:').flatMap(([cell]) => listQuoted(cell, '`'));
    expect(listed).toEqual(contributes.languageModelTools.map(({ toolReferenceName }) => toolReferenceName));
  });

  test('lists every file of the state directory', () => {
    const listed = readTable(readme, '<!-- state:').flatMap(([cell]) => listQuoted(cell, '`'));
    expect(Object.values(STATE_FILES).filter((name) => !listed.includes(name))).toEqual([]);
  });

  test('runs no command as a job that only the shell of the reader knows', () => {
    expect(`${readme}${read('docs/platforms.md')}${read('docs/recipes.md')}`).not.toMatch(
      /mintmark run .* -- mintmark\b/,
    );
  });

  test('gives the exit codes that the help gives, and there are no others', async () => {
    const io = createTestIo();
    await runCli(['--help'], io);
    const [, told = ''] = /Exit codes: (.*)\.\n/.exec(io.stdoutText()) ?? [];
    const [, line = ''] = /Exit codes, everywhere: ([\s\S]*?)\n\(/.exec(readme) ?? [];
    expect(line.replaceAll('**', '').replaceAll('\n', ' ')).toBe(told);
    const codes = Array.from(read('daemon/problem.ts').matchAll(/^ {2}(\w+): \[/gm), ([, code]) => code);
    const exits = codes.filter(isProblemCode).map((code) => describeProblem(code).exitCode);
    expect(exits).toHaveLength(codes.length);
    expect([...new Set(exits)].toSorted()).toEqual(Array.from(told.matchAll(/[1-9]/g), ([digit]) => Number(digit)));
  });
});

/** Numbers that the documents say in words, and what they count. */
test.each([
  ['README.md', /\bTwenty platforms\b/, listPlatforms().items, 20],
  ['README.md', /\bcan use five tools\b/, contributes.languageModelTools, 5],
  ['README.md', /\bfour\s+steps\b/, contributes.walkthroughs[0]?.steps, 4],
  ['CHANGELOG.md', /\bTwenty CI platforms\b/, listPlatforms().items, 20],
  ['CHANGELOG.md', /\btwelve checks\b/, CHECK_NAMES, 12],
  ['ARCHITECTURE.md', /\btwelve checks\b/, CHECK_NAMES, 12],
])('%s counts right: %s', (document, words, counted, count) => {
  expect(read(document)).toMatch(words);
  expect(counted).toHaveLength(count);
});

/** npm packages of the JOSE family, by what they are for: parsing, signing or verifying tokens. */
const JOSE_PACKAGES =
  /(?:^|\/)(?:jose|jsonwebtoken|jws|jwa|node-jose|fast-jwt|jwt-simple|jsrsasign|paseto|@peculiar\/jwt)$/;

test('the product has no JOSE library but its own code, and the tests have jose in one version (SP-60)', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { version?: string; dev?: boolean }>;
  };
  const found = Object.entries(lock.packages).filter(([path]) => JOSE_PACKAGES.test(path));
  expect(found.filter(([, { dev }]) => dev !== true)).toEqual([]);
  const majors = found.filter(([path]) => path.endsWith('/jose')).map(([, { version }]) => version?.split('.')[0]);
  expect(majors).toHaveLength(1);
});

/** Rooms by folder; `null`: may import any room. */
const rooms = new Map(
  readTable(read('ARCHITECTURE.md'), '## Rooms').map(([room, , imports = '']) => [
    listQuoted(room, '`')[0]?.replace(/\/$/, '') ?? '',
    imports === 'anything' ? null : imports,
  ]),
);
const names = [...rooms.keys()];

/** What a room may import, itself included: rooms, or `<room>/*.ts` for what lies at a room's root. */
function listImportable(room: string): string[] | null {
  const imports = rooms.get(room);
  if (imports === null || imports === undefined) return null;
  if (imports === 'all of the above') return names.slice(0, names.indexOf(room) + 1);
  const named = imports.split(', ').map((name) => (name.startsWith('`') ? name.slice(1, -1) : `daemon/${name}`));
  return [room, ...named];
}

const listSources = (folder: string): string[] =>
  readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));

/** What a file imports of this house, by path from the root. */
function listImports(file: string): string[] {
  const specifiers = read(file).matchAll(/(?:\bfrom |\bimport\(|^import )['"](\.[^'"]+)['"]/gm);
  return Array.from(specifiers, ([, specifier = '']) => relative(PROJECT, join(PROJECT, file, '..', specifier)));
}

const findRoom = (path: string) => names.find((room) => path.startsWith(`${room}/`));

describe('ARCHITECTURE.md', () => {
  test('has a row for every room, and no other', () => {
    const folders = readdirSync(join(PROJECT, 'daemon'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const expected = [...folders.map(({ name }) => `daemon/${name}`), 'extension', 'webview', 'test'];
    expect(names.toSorted()).toEqual(expected.toSorted());
  });

  test.each(names.filter((room) => room !== 'test'))('says what %s imports', (room) => {
    const importable = listImportable(room) ?? names;
    const isOpen = (path: string) =>
      importable.includes(findRoom(path) ?? '') || importable.includes(`${dirname(path)}/*.ts`);
    const strangers = listSources(room).flatMap((file) =>
      listImports(file)
        .filter((path) => path.includes('/') && path !== 'daemon/problem.ts')
        .filter((path) => !isOpen(path))
        .map((path) => `${file} imports ${path}`),
    );
    expect(strangers).toEqual([]);
  });

  test('is enforced room by room', () => {
    const { overrides } = JSON.parse(read('biome.json')) as { overrides: { includes: string[]; linter: unknown }[] };
    const enforced = overrides
      .filter(({ linter }) => JSON.stringify(linter).includes('noRestrictedImports'))
      .flatMap(({ includes }) => includes.map((pattern) => pattern.replace('/**', '')));
    // The command line is on top: nothing is closed to it. Tests may import anything.
    const open = ['daemon/cli', 'test'];
    expect(enforced.toSorted()).toEqual(names.filter((room) => !open.includes(room)).toSorted());
  });

  test('leads a token through files that there are', () => {
    const [section = ''] = /^## One token's way through$[\s\S]*?(?=^## )/m.exec(read('ARCHITECTURE.md')) ?? [];
    const named = listQuoted(section, '`').filter((text) => text.includes('/'));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !existsSync(join(PROJECT, 'daemon', `${name}.ts`)))).toEqual([]);
  });
});

describe.each(['README.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CHANGELOG.md', 'docs/platforms.md', 'docs/recipes.md'])(
  '%s',
  (document) => {
    const prose = read(document).replaceAll(/^```[\s\S]*?^```/gm, '');

    test('links files that there are', () => {
      const links = Array.from(prose.matchAll(/\]\((?!https?:|command:)([^)#]+)/g), ([, target = '']) => target);
      expect(links.filter((target) => !existsSync(join(PROJECT, dirname(document), target)))).toEqual([]);
    });

    test('names files that there are', () => {
      const named = listQuoted(prose, '`').filter((text) =>
        /^(?:daemon|docs|extension|test|webview)\/[\w./-]+$/.test(text),
      );
      expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
    });
  },
);

describe('docs/platforms.md', () => {
  test('lists every platform that is emulated, in its own words', () => {
    const listed = readTable(read('docs/platforms.md'), '<!-- platforms:');
    const emulated = listPlatforms().items.map(({ name, label, delivery }) => [`\`${name}\``, label, delivery]);
    expect(listed).toEqual(emulated);
  });
});
