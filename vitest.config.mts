import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** One real editor at a time: two of them starve each other, and every time-out with them. */
const editor = {
  test: {
    name: 'editor',
    include: ['test/editor/**/*.test.ts'],
    globalSetup: ['test/editor/support/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
};

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
    // A test waits on conditions and fails by its own time-out; a whole run that hangs is cut by bootstrap.mjs.
    maxWorkers: 2,
  },
});
