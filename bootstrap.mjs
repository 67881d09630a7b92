// What npm start, test, package, bench and soak run first. Plain JavaScript that any Node from 20 on runs without
// node_modules: it installs and builds what is missing, then hands over to the project's own Node 24.
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { MINUTE, NODE, ROOT, runTool, StepFailed, say, toolPath } from './toolchain.mjs';

const BUNDLE = join(ROOT, 'dist/mintmark.js');

const modifiedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

// ---------------------------------------------------------------------------------------------------- what is missing

/** Runs npm as whoever started us runs it; its output goes to stderr, since stdout belongs to what is started. */
function runNpm(args, cache) {
  const cli = process.env.npm_execpath;
  const env = cache === null ? process.env : { ...process.env, npm_config_cache: cache };
  const options = { cwd: ROOT, env, stdio: ['ignore', 2, 2] };
  return cli?.endsWith('.js')
    ? spawnSync(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** npm keeps its cache below HOME: where that cannot be written, a temporary one serves, which nobody can lay before us. */
function makeNpmCache() {
  try {
    accessSync(homedir() || '/nonexistent', constants.W_OK);
    return null;
  } catch {
    return mkdtempSync(join(tmpdir(), 'mintmark-npm-'));
  }
}

function ensureInstalled() {
  const lock = join(ROOT, 'package-lock.json');
  if (existsSync(NODE) && modifiedAt(join(ROOT, 'node_modules/.package-lock.json')) >= modifiedAt(lock)) return;
  // npm empties the folder before it fills it: through a link, that would be somebody else's.
  if (lstatSync(join(ROOT, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new StepFailed('node_modules is a symbolic link and does not fit the lock file: install where it points to');
  }
  say('Installing what the lock file names (npm ci) …');
  // Of all install scripts only that of `node` has a purpose here: it fetches the runtime for this machine. Others would
  // want a compiler (better-sqlite3 brings its libraries ready-made, but npm builds it anew when a lock file names it).
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const cache = makeNpmCache();
  const isDone = [
    ['ci', '--ignore-scripts'],
    ['rebuild', 'node'],
  ].every((args) => runNpm([...args, ...quiet], cache).status === 0);
  if (cache !== null) rmSync(cache, { recursive: true, force: true });
  if (!isDone || !existsSync(NODE)) throw new StepFailed('npm could not install the toolchain: see above');
}

/** The newest modification below a folder or of a file, ms. */
function newestBelow(path) {
  if (!existsSync(path)) return 0;
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newestBelow(join(path, name))));
}

function ensureBuilt() {
  const sources = ['daemon', 'extension', 'webview', 'build.mjs', 'package.json', 'node_modules/.package-lock.json'];
  const built = Math.min(modifiedAt(BUNDLE), modifiedAt(join(ROOT, 'dist/extension.js')));
  if (built > 0 && built >= Math.max(...sources.map((name) => newestBelow(join(ROOT, name))))) return;
  say('Building dist/ …');
  const { status } = spawnSync(NODE, [join(ROOT, 'build.mjs')], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new StepFailed('the build failed: see above');
}

// --------------------------------------------------------------------------------------------------------------- start

/** Runs the daemon in the foreground; resolves with its exit code. Signals are passed on: npm may send them to us only. */
function start(flags) {
  const child = spawn(NODE, ['--max-semi-space-size=4', BUNDLE, 'serve', ...flags], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // The one message says that it is ready, after its own line, or why it is not, which it tells then.
  let isTaken = false;
  child.once('message', (report) => {
    isTaken = report.code === 'state_locked';
    if (report.ready && !flags.includes('--json')) guide(report, flags);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      say(`cannot run ${NODE}: ${error.message}`);
      resolve(3);
    });
    child.on('close', (code, signal) => {
      if (isTaken && !flags.includes('--json')) guideToRunning(flags);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 3));
    });
  });
}

/** Started twice, there is nothing wrong: the first one is there to be used. */
function guideToRunning(flags) {
  const at = flags.findIndex((flag) => flag === '--home' || flag.startsWith('--home='));
  const home = at < 0 ? [] : flags.slice(at, flags[at] === '--home' ? at + 2 : at + 1);
  const { status, stdout } = spawnSync(NODE, [BUNDLE, 'status', '--json', ...home], { encoding: 'utf8' });
  if (status !== 0) return;
  const running = JSON.parse(stdout);
  say(`\nThat one is ready: ${running.baseUrl}/issuers/default\n${listCommands(running, flags).join('\n')}`);
}

function guide(report, flags) {
  const { home, ephemeral } = report;
  process.stdout.write(`
${listCommands(report, flags).join('\n')}

Ctrl-C ends it; ${ephemeral ? 'its issuers, keys and tokens are gone then' : `the state stays in ${home}`}
`);
}

/** Three commands to try, in the words that work in a second terminal in this folder. */
function listCommands({ baseUrl, home }, flags) {
  const node = canRunBundle() ? 'node' : relative(process.cwd(), toolPath('.bin/node'));
  const isNamed = flags.some((flag) => flag === '--home' || flag.startsWith('--home='));
  const at = isNamed ? ` --home ${JSON.stringify(home)}` : '';
  const mintmark = (args) => `${node} ${relative(process.cwd(), BUNDLE)} ${args}${at}`;
  const issuer = `${baseUrl}/issuers/default`;
  return [
    'Three commands to try in a second terminal:',
    `  ${mintmark('mint --aud demo')}`,
    `  ${mintmark('mint --aud demo')} | ${mintmark(`verify - --url ${issuer} --audience demo --explain`)}`,
    `  curl -s ${issuer}/.well-known/openid-configuration`,
  ];
}

/** Can the Node on the person's own PATH, which npm's scripts hide, load the native SQLite (daemon/cli/node-version.ts)? */
function canRunBundle() {
  const theirs = process.env.npm_node_execpath ?? process.execPath;
  const { stdout } = spawnSync(theirs, ['-p', 'process.versions.napi'], { encoding: 'utf8' });
  return Number(stdout) >= 10;
}

// ----------------------------------------------------------------------------------------------- package, bench, soak

async function packageExtension() {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const file = `${name}-${version}.vsix`;
  const vsce = [
    toolPath('@vscode/vsce/vsce'),
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    // There is no repository address that README's links could be made absolute with.
    '--no-rewrite-relative-links',
    '--out',
    file,
  ];
  const status = await runTool(NODE, vsce, 5 * MINUTE);
  if (status === 0) process.stdout.write(`${file}  ${(statSync(join(ROOT, file)).size / 1_048_576).toFixed(1)} MB\n`);
  return status;
}

// Node's note that a .ts file is read as a module without `type` in package.json tells a person nothing.
const QUIET = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
const runScript = (file) => (flags) => runTool(NODE, [QUIET, join(ROOT, file), ...flags], 24 * 60 * MINUTE);

const TASKS = {
  start,
  test: async (names) => (await import('./test/suites.mjs')).runSuites(names),
  package: packageExtension,
  bench: runScript('test/bench/run.ts'),
  soak: runScript('test/faults/soak.ts'),
};

const [task = '', ...rest] = process.argv.slice(2);
try {
  if (!Object.hasOwn(TASKS, task)) throw new StepFailed(`usage: node bootstrap.mjs ${Object.keys(TASKS).join('|')}`);
  ensureInstalled();
  ensureBuilt();
  process.exitCode = await TASKS[task](rest);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  say(error.message);
  process.exitCode = 2;
}
