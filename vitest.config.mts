import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** One real editor at a time: two of them starve each other, and every time-out with them. */
const editor = {
  test: {
    name: 'editor',
    include: ['test/editor/**/*.test.ts'],
    globalSetup: ['test/editor/support/global-setup.ts'],
    fileParallelism: false,
    // Longer than a handful of the waits in a test, of up to 40 seconds each.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
};

/** Files that take the longest: begun last, one of them would go on alone while the other core waits. */
const LONGEST = [
  'clients/rotation-under-load',
  'faults/kill-nine',
  'faults/floods',
  'contract/editor-session',
  'contract/platform-miren-runner',
  'contract/runs',
  'contract/lifecycle',
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.some((name) => moduleId.endsWith(name));
    const others = await super.sort(files);
    return [...others.filter(isLong), ...others.filter((file) => !isLong(file))];
  }
}

/** Suites in the order in which `npm test` runs them; bench is no vitest suite. */
export default defineConfig({
  test: {
    projects: [
      ...['unit', 'contract', 'clients', 'faults'].map((name) => ({
        // The editor's own module exists only inside the editor.
        resolve: { alias: { vscode: join(import.meta.dirname, 'test/support/vscode.ts') } },
        test: {
          name,
          include: [`test/${name}/**/*.test.ts`],
          // Longer than a wait of test/support: what gives up is to be the wait, which says what for.
          testTimeout: name === 'unit' ? 60_000 : 180_000,
          hookTimeout: 120_000,
        },
      })),
      editor,
    ],
    // A test waits on conditions and fails by its own time-out; a whole run that hangs is cut by test/suites.mjs.
    // One more than the two cores that we count on: tests wait a lot.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
