import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const WORKFLOW = `
on: push
jobs:
  permitted:
    runs-on: ubuntu-latest
    permissions: { id-token: write }
    steps: [{ run: npm publish }]
  forbidden:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    steps: [{ run: npm test }]
`;

/** Options of `mintmark run` for a job of a workflow file that lets it ask for tokens, or does not. */
export type JobWords = (job: 'permitted' | 'forbidden') => string[];

export function writeWorkflow(directory: string): JobWords {
  const file = join(directory, '.github/workflows/publish.yml');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, WORKFLOW);
  return (job) => ['--as', 'github-actions', '--job', `${file}#${job}`];
}
