// What `npm test` runs: every suite, one after the other, with a closing line for each. Plain JavaScript, like
// bootstrap.mjs, which has installed and built what is missing before.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { MINUTE, NODE, ROOT, runTool, StepFailed, say, toolPath } from '../toolchain.mjs';
import { joinTries, listFilesToTryAgain } from './second-try.mjs';

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

/** A check that passes or fails as a whole counts as one test. */
const runCheck = (file, args) => async () => {
  const failed = (await runTool(NODE, [file, ...args], 10 * MINUTE)) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
};

/** What failed in a report of vitest, by file and name, each with the first lines of why. */
function listFailures(testResults) {
  const beginning = (text) => (text ?? '').split('\n').slice(0, 8).join('\n    ');
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${file}\n    ${beginning(message)}`];
    return failed.map((test) => `${file} > ${test.fullName}\n    ${beginning(test.failureMessages[0])}`);
  });
}

/** Runs test files of a suite, all of them unless some are named; null when the suite did not come to its end. */
async function runFiles(project, minutes, files = []) {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['default', 'json', join(ROOT, 'test/outside-errors.mjs')].map((name) => `--reporter=${name}`);
    const rest = files.length === 0 ? ['--passWithNoTests'] : files;
    const args = ['run', '--project', project, ...reporters, `--outputFile.json=${report}`, ...rest];
    const status = await runTool(NODE, [toolPath('vitest/vitest.mjs'), ...args], minutes * MINUTE);
    if (!existsSync(report)) return null;
    const outsideErrors = Number(readFileSync(join(folder, 'outside-errors'), 'utf8'));
    return { status, outsideErrors, testResults: JSON.parse(readFileSync(report, 'utf8')).testResults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a run of files comes to. */
function summarize(project, run) {
  if (run === null) return { passed: 0, failed: 1, skipped: 0, why: 'the suite did not come to its end' };
  const states = run.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status));
  const count = (state) => states.filter((each) => each === state).length;
  const failures = listFailures(run.testResults);
  // An error outside the tests fails the run without a failed test in it.
  if (run.outsideErrors > 0 || (run.status !== 0 && failures.length === 0)) {
    failures.push(`${project} > an error outside its tests: see its output`);
  }
  const [passed, failed] = [count('passed'), failures.length];
  return { passed, failed, skipped: states.length - passed - count('failed'), failures };
}

const runVitest = (project, minutes) => async () => summarize(project, await runFiles(project, minutes));

/**
 * Installs the editor, beside the suites before its own. `done` resolves with null when there is one, else with why
 * there is none: an obstacle that the installer names skips the suite, anything else is a failure.
 */
function startInstallingEditor() {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = spawn(NODE, [join(ROOT, 'test/editor/install.ts')], { cwd: ROOT, stdio });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const tell = (status) => {
    if (status === 0) return null;
    const why = said.trim();
    return status === 1 && why !== '' ? { why, failed: 0 } : { why: 'the installer of the editor broke', failed: 1 };
  };
  const done = new Promise((resolve) => {
    child.on('error', ({ message }) => resolve({ why: message, failed: 1 }));
    child.on('close', (status) => resolve(tell(status)));
  });
  return { done, stop: () => child.kill() };
}

function installEditorAfter(packages) {
  let installing = null;
  let isStopped = false;
  const done = packages.then(() => {
    if (isStopped) return null;
    installing = startInstallingEditor();
    return installing.done;
  });
  const stop = () => {
    isStopped = true;
    installing?.stop();
  };
  return { done, stop };
}

/**
 * What the editor itself does with keys and focus while the machine is busy is not all ours, so a file that failed is
 * tried once more, in a fresh editor: what passes only then is counted and told, never left out.
 */
const runEditor = async (editor) => {
  const obstacle = await editor.done;
  if (obstacle !== null) return { passed: 0, skipped: 1 - obstacle.failed, ...obstacle };
  const run = await runFiles('editor', 60);
  const first = summarize('editor', run);
  const files = listFilesToTryAgain(run).map((name) => relative(ROOT, name));
  if (files.length === 0 || process.exitCode === 130) return first;
  process.stdout.write(`\n== editor, once more: ${files.join(', ')}\n`);
  const joined = joinTries(run, await runFiles('editor', 20, files));
  if (joined === null) return first;
  return {
    ...summarize('editor', joined),
    why: `${first.failed} of them at the second try`,
    wavered: first.failures,
  };
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

/** Runs the named suites, all of them unless some are named; resolves with the exit code. */
export async function runSuites(names) {
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0)
    throw new StepFailed(`no suite ${unknown.join(', ')}: there are ${Object.keys(SUITES).join(', ')}`);
  const chosen = names.length > 0 ? names : Object.keys(SUITES);
  const packages = ensureDebianPackages(chosen);
  // Its native modules are built with one of the packages.
  const editor = chosen.includes('editor') ? installEditorAfter(packages) : null;

  const results = [];
  const lines = [];
  for (const name of chosen) {
    process.stdout.write(`\n== ${name}\n`);
    if (Object.hasOwn(DEBIAN_PACKAGES, name)) await packages;
    const counts = await SUITES[name](editor);
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
  if (process.exitCode === 130) editor?.stop();
  const sum = (member) => results.reduce((total, counts) => total + counts[member], 0);
  const totals = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
  // Said once more at the end: what was printed before it may be long, and cut where it is kept.
  const list = (member, verdict) =>
    results.flatMap((counts) => counts[member] ?? []).map((test) => `${verdict}: ${test}`);
  const told = [...list('wavered', 'failed at the first try'), ...list('failures', 'failed')];
  const recap = [...told, ...lines, '', describeCounts(totals)];
  process.stdout.write(`\n${recap.join('\n')}\n`);
  return process.exitCode ?? (totals.failed > 0 ? 1 : 0);
}
