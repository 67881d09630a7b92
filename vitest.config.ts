import { defineConfig } from 'vitest/config';

/** Suites in the order in which `npm test` runs them; editor and bench are no vitest suites. */
export default defineConfig({
  test: {
    projects: ['unit', 'contract', 'clients', 'faults'].map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: name === 'unit' ? 20_000 : 180_000,
        hookTimeout: 120_000,
      },
    })),
    // A test waits on conditions and fails by its own time-out; a whole run that hangs is cut by bootstrap.mjs.
    maxWorkers: 2,
  },
});
