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
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(fileURLToPath(import.meta.url));
const BUNDLE = join(ROOT, 'dist/mintmark.js');
const NODE = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const MINUTE = 60_000;

/** A step that failed for a reason that has been told: no stack trace on top of it. */
class StepFailed extends Error {}

const say = (text) => process.stderr.write(`${text}\n`);
const modifiedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const toolPath = (name) => join(ROOT, 'node_modules', name);

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

// ---------------------------------------------------------------------------------------------------------------- test

/** Debian packages whose programs judge us, by suite. Elsewhere, and not as root, their tests say that they skip. */
const DEBIAN_PACKAGES = {
  contract: ['strace'],
  clients: ['python3-jwt', 'python3-cryptography', 'python3-authlib', 'python3-boto3', 'jose', 'awscli'],
  faults: ['strace'],
  // A browser and its letters; what code-server's native modules are built with; the witness of every connection.
  editor: ['chromium', 'fonts-liberation', 'libkrb5-dev', 'python3', 'make', 'g++', 'strace'],
};

/** Goes on beside the suites that need none of them; resolves when it is over, one way or the other. */
async function ensureDebianPackages(suites) {
  const wanted = suites.flatMap((suite) => DEBIAN_PACKAGES[suite] ?? []);
  const isDebian = existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
  if (!isDebian || process.getuid?.() !== 0) return;
  const missing = [...new Set(wanted)].filter((name) => {
    const { stdout } = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' });
    return !stdout?.includes('install ok installed');
  });
  if (missing.length === 0) return;
  say(`Installing ${missing.join(', ')} (apt-get) …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const runApt = (...args) =>
    new Promise((resolve) => {
      const child = spawn('apt-get', args, { env, stdio: ['ignore', 'ignore', 2], timeout: 10 * MINUTE });
      child.on('error', () => resolve(1));
      child.on('close', resolve);
    });
  await runApt('update', '-qq');
  if ((await runApt('install', '-y', '-qq', '--no-install-recommends', ...missing)) !== 0)
    say('apt-get could not install them: the tests that need them will say so');
}

/** Runs a tool to its end with its output passed through; one that hangs is ended with everything it started. */
function runTool(file, args, timeout) {
  const child = spawn(file, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const endAll = (signal) => {
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  const onSignal = (signal) => {
    endAll(signal);
    process.exitCode = 130;
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, onSignal);
  const timer = setTimeout(() => {
    say(`cut after ${timeout / MINUTE} minutes`);
    endAll('SIGKILL');
  }, timeout);
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
      resolve(code ?? 1);
    });
  });
}

/** A check that passes or fails as a whole counts as one test. */
const runCheck = (file, args) => async () => {
  const failed = (await runTool(NODE, [file, ...args], 10 * MINUTE)) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
};

/** What failed in a report of vitest, by file and name, each with the first lines of why. */
function listFailures({ testResults }) {
  const beginning = (text) => (text ?? '').split('\n').slice(0, 8).join('\n    ');
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${file}\n    ${beginning(message)}`];
    return failed.map((test) => `${file} > ${test.fullName}\n    ${beginning(test.failureMessages[0])}`);
  });
}

const runVitest = (project, minutes) => async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const args = [toolPath('vitest/vitest.mjs'), 'run', '--project', project, '--passWithNoTests', ...reporters];
    const status = await runTool(NODE, args, minutes * MINUTE);
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, why: 'the suite did not come to its end' };
    const result = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = result;
    // A file that cannot be loaded fails the run without a failed test in it.
    const failed = numFailedTests === 0 && status !== 0 ? 1 : numFailedTests;
    const failures = listFailures(result);
    if (failed > 0 && failures.length === 0) failures.push(`${project} > an error outside its tests: see its output`);
    return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The editor itself may be missing: its installer says why where it cannot be had. */
const runEditor = async () => {
  const { status, stdout } = spawnSync(NODE, [join(ROOT, 'test/editor/install.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) return { passed: 0, failed: 0, skipped: 1, why: stdout.trim() || 'there is no editor' };
  return await runVitest('editor', 60)();
};

const SUITES = {
  lint: runCheck(toolPath('@biomejs/biome/bin/biome'), ['check', '.']),
  typecheck: runCheck(toolPath('typescript/bin/tsc'), ['--noEmit']),
  unit: runVitest('unit', 15),
  contract: runVitest('contract', 20),
  clients: runVitest('clients', 20),
  faults: runVitest('faults', 40),
  editor: runEditor,
};

const describeCounts = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

async function test(names) {
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0)
    throw new StepFailed(`no suite ${unknown.join(', ')}: there are ${Object.keys(SUITES).join(', ')}`);
  const chosen = names.length > 0 ? names : Object.keys(SUITES);
  const packages = ensureDebianPackages(chosen);

  const results = [];
  const lines = [];
  for (const name of chosen) {
    process.stdout.write(`\n== ${name}\n`);
    if (Object.hasOwn(DEBIAN_PACKAGES, name)) await packages;
    const counts = await SUITES[name]();
    // A suite without a single test on this machine is one that was skipped, never one that passed.
    if (counts.passed + counts.failed + counts.skipped === 0) {
      counts.skipped = 1;
      counts.why = 'it has no tests';
    }
    lines.push(`-- ${name}: ${describeCounts(counts)}${counts.why ? ` (${counts.why})` : ''}`);
    process.stdout.write(`${lines.at(-1)}\n`);
    results.push(counts);
    if (process.exitCode === 130) break;
  }
  const sum = (member) => results.reduce((total, counts) => total + counts[member], 0);
  const totals = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  // Said once more at the end: what was printed before it may be long, and cut where it is kept.
  const failures = results.flatMap((counts) => counts.failures ?? []);
  const recap = [...failures.map((failure) => `failed: ${failure}`), ...lines, '', describeCounts(totals)];
  process.stdout.write(`\n${recap.join('\n')}\n`);
  return process.exitCode ?? (totals.failed > 0 ? 1 : 0);
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
  test,
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
