// Builds dist/: one CommonJS bundle per entry (ESM costs 25 ms of every start), the native SQLite of every platform that
// we run on, and the notices of what was bundled. Runs under the project's own Node (npm run build).
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const { build, transform } = await import('esbuild').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('Nothing is installed yet: run npm ci first, or npm start, which does.');
  process.exit(1);
});

const root = import.meta.dirname;
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** zod brings its messages in 50 languages, a third of the bundle, which every start would read for nothing. */
const englishOnly = {
  name: 'english-only',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  // Names stay, so that a stack trace in a bug report can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  plugins: [englishOnly],
  logLevel: 'warning',
  define: {
    MINTMARK_VERSION: JSON.stringify(version),
    // ws otherwise looks for optional native helpers in whatever node_modules lies above the bundle.
    'process.env.WS_NO_BUFFER_UTIL': '"1"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
  },
};

/** Half of what the daemon is made of by size: files of their own, which the first request that needs one reads. */
const libraries = {
  zod: 'node_modules/zod/index.js',
  ws: 'node_modules/ws/wrapper.mjs',
  yaml: 'node_modules/yaml/dist/index.js',
};

/** Certificates are made once in a long while, with a library larger than the rest: it stays out of every start too. */
const aside = {
  name: 'aside',
  setup(bundler) {
    bundler.onResolve({ filter: /\/create-certificates\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './create-certificates.js', external: true } : undefined,
    );
    bundler.onResolve({ filter: /^(?:zod|ws|yaml)$/ }, ({ path }) => ({ path: `./${path}.js`, external: true }));
  },
};

const entries = [
  {
    entryPoints: ['daemon/cli/main.ts'],
    outfile: 'dist/mintmark.js',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [...shared.plugins, aside],
  },
  { entryPoints: ['daemon/server/listen/create-certificates.ts'], outfile: 'dist/create-certificates.js' },
  { entryPoints: libraries, outdir: 'dist' },
  {
    // Where there is no Node: one file, since such a host loads no second one. What it cannot do is never reached there.
    entryPoints: ['extension/activate-web.ts'],
    outfile: 'dist/extension-web.js',
    external: ['vscode', 'node:*'],
    platform: 'browser',
    target: 'es2023',
    minifyIdentifiers: true,
    define: { ...shared.define, 'process.env': '{}' },
  },
];

/**
 * The extension starts with every window: dist/extension.js registers, and what is behind it lies in parts that are read
 * when they are first needed. esbuild splits ES modules only, so the parts are made CommonJS afterwards.
 */
async function buildExtension() {
  const { metafile, outputFiles } = await build({
    ...shared,
    entryPoints: { extension: 'extension/activate.ts' },
    external: ['vscode'],
    format: 'esm',
    splitting: true,
    outdir: 'dist',
    chunkNames: 'extension/[name]-[hash]',
    write: false,
  });
  const parts = join(dist, 'extension');
  rmSync(parts, { recursive: true, force: true });
  mkdirSync(parts, { recursive: true });
  for (const { path, text } of outputFiles) {
    const supported = { 'dynamic-import': false };
    const { code } = await transform(text, { format: 'cjs', target: 'node22', minifyWhitespace: true, supported });
    writeFileSync(path, code);
  }
  return { metafile };
}

/** Pages of the editor: a script and a style sheet each, for the browser that the editor itself is. */
const pages = {
  absWorkingDir: root,
  entryPoints: ['inspector', 'compare', 'timeline', 'mint'].flatMap((page) => [
    `webview/${page}/${page}.ts`,
    `webview/${page}/${page}.css`,
  ]),
  outdir: 'dist/webview',
  entryNames: '[name]',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'chrome138',
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/**
 * SQLite for every platform that better-sqlite3 brings: one VSIX serves them all. Each is laid whole over the one before,
 * so that a daemon that starts meanwhile finds one of the two, and one that runs keeps its own.
 */
function copyNatives() {
  const from = join(root, 'node_modules/better-sqlite3/prebuilds');
  const to = join(dist, 'native');
  const names = readdirSync(from);
  const fresh = mkdtempSync(join(dist, '.native-'));
  mkdirSync(to, { recursive: true });
  for (const name of names) {
    copyFileSync(join(from, name), join(fresh, name));
    renameSync(join(fresh, name), join(to, name));
  }
  rmSync(fresh, { recursive: true });
  for (const name of readdirSync(to)) if (!names.includes(name)) rmSync(join(to, name));
  return names;
}

/** The licence of every package that has a file in a bundle. */
function writeNotices(metafiles) {
  const packages = new Set(['better-sqlite3']);
  for (const input of metafiles.flatMap((meta) => Object.keys(meta.inputs))) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input);
    if (found) packages.add(found[1]);
  }
  const notices = [...packages].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version: packaged, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
    return `${name} ${packaged} (${license})\n\n${text}\n`;
  });
  writeFileSync(join(dist, 'THIRD-PARTY-NOTICES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));
}

const started = performance.now();
mkdirSync(dist, { recursive: true });
const builds = [...entries.map((entry) => ({ ...shared, ...entry })), pages];
const results = await Promise.all([...builds.map((options) => build(options)), buildExtension()]).catch(() => {
  // esbuild has said what is wrong and where.
  process.exit(1);
});
chmodSync(join(dist, 'mintmark.js'), 0o755);
const natives = copyNatives();
writeNotices(results.map((result) => result.metafile));

const outputs = results.flatMap((result) => Object.keys(result.metafile.outputs));
const sizeOf = (files) =>
  `${(files.reduce((sum, file) => sum + statSync(join(root, file)).size, 0) / 1024).toFixed(0)} kB`;
const parts = outputs.filter((file) => file.startsWith('dist/extension/'));
for (const file of outputs.filter((each) => !parts.includes(each))) console.error(`${file}  ${sizeOf([file])}`);
console.error(`dist/extension  ${parts.length} parts, ${sizeOf(parts)}`);
console.error(`dist/native  ${natives.length} platforms`);
console.error(`built in ${(performance.now() - started).toFixed(0)} ms`);
