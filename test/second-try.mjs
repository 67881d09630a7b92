// When a run of the editor's tests that failed may be mended by a second try of what failed. Plain JavaScript, for
// test/suites.mjs.

/** Failing files that may be chance; more are none. */
const MOST_TRIED_AGAIN = 2;

/**
 * @typedef {{ name: string, status: string, message?: string, assertionResults: { fullName: string, status: string, failureMessages: string[] }[] }} FileResult of vitest's JSON report
 * @typedef {{ status: number, outsideErrors: number, testResults: FileResult[] }} Run
 */

/**
 * The files of a run that are worth a second try; none where something failed besides them.
 * @param {Run | null} run null: it did not come to its end
 * @returns {string[]} their paths
 */
export function listFilesToTryAgain(run) {
  if (run === null || run.outsideErrors > 0) return [];
  const failed = run.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return failed.length <= MOST_TRIED_AGAIN ? failed : [];
}

/**
 * What both tries come to: a file counts by its second one only when each of its tests ran and passed there.
 * @param {Run} first
 * @param {Run | null} second of the files that the first has to try again
 * @returns {Run | null} null: what failed at first has failed
 */
export function joinTries(first, second) {
  if (second === null || second.status !== 0 || second.outsideErrors > 0) return null;
  const files = listFilesToTryAgain(first);
  const isMended = files.every((file) => {
    const before = first.testResults.find(({ name }) => name === file);
    const after = second.testResults.find(({ name }) => name === file);
    if (before === undefined || after?.status !== 'passed' || after.assertionResults.length === 0) return false;
    const passed = new Set(after.assertionResults.filter(isPassed).map(({ fullName }) => fullName));
    return (
      passed.size === after.assertionResults.length &&
      before.assertionResults.every(({ fullName }) => passed.has(fullName))
    );
  });
  if (!isMended || files.length === 0) return null;
  const kept = first.testResults.filter(({ name }) => !files.includes(name));
  const tried = second.testResults.filter(({ name }) => files.includes(name));
  return { status: 0, outsideErrors: 0, testResults: [...kept, ...tried] };
}

const isPassed = ({ status }) => status === 'passed';
