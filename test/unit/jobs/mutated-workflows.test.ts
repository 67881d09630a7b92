import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WORKFLOW_FILES, withExpressions } from '../../support/workflow-repository/files.ts';
import { problemOf, readJobs } from './fixtures.ts';

const GITLAB = `
default: { id_tokens: { A: { aud: $CI_SERVER_URL } } }
.t: &t { environment: { name: review/$CI_COMMIT_REF_SLUG }, rules: [{ if: $X }] }
a: { extends: [.t], parallel: { matrix: [{ P: [x, y] }] }, timeout: 1h }
b: { <<: *t, id_tokens: !reference [a, id_tokens], only: [main] }
`;
const SEMAPHORE = 'name: S\nblocks: [{ name: B, run: { when: "true" }, task: { jobs: [{ name: J }] } }]\n';
const BITBUCKET =
  'pipelines: { branches: { main: [{ step: { oidc: { audiences: [a] } } }, { parallel: [{ step: {} }] }] } }\n';
const CIRCLECI_WHEN = `
parameters: { deploy: { type: boolean, default: false } }
workflows:
  a: { when: { and: [ << pipeline.parameters.deploy >>, { not: { equal: [main, << pipeline.git.branch >>] } } ] }, jobs: [x] }
  b: { unless: 'pipeline.git.tag starts-with "v" or not (pipeline.number > 3)', jobs: [{ y: { filters: pipeline.git.branch == "main" } }] }
  c: { when: { matches: { pattern: '^(a|b).*$', value: << pipeline.git.branch >> } }, jobs: [{ z: { context: [c-<< pipeline.id >>] } }] }
`;
const CIRCLECI = 'workflows: { w: { jobs: [a, { b: { context: c, filters: { branches: { only: /x/ } } } }] } }\n';
const BUILDKITE = 'steps: [{ command: x, key: k, branches: "a !b" }, { group: g, steps: [{ command: y }] }]\n';
const AZURE_TEMPLATE = withExpressions(`
parameters: [{ name: p, type: object, default: [a, b] }]
variables: [{ template: v.yml }, { name: e, value: "[[ parameters.p[0] ]]" }]
stages:
- "[[ each s in parameters.p ]]":
  - stage: "[[ s ]]"
    jobs:
    - deployment: d
      "[[ if eq(variables['Build.Reason'], 'Manual') ]]": { environment: $(e).x }
      "[[ else ]]": { environment: { name: "[[ format('{0}-x', s) ]]" } }
      condition: and(succeeded(), ne(variables.e, 'b'))
    - { template: t.yml@self, parameters: { q: "[[ s ]]" } }
`);
const AZURE =
  'stages: [{ stage: s, jobs: [{ deployment: d, environment: e.f, steps: [{ inputs: { azureSubscription: c } }] }] }]\n';

const SEEDS: readonly (readonly [string, string])[] = [
  ...Object.entries(WORKFLOW_FILES),
  ['.forgejo/workflows/a.yml', WORKFLOW_FILES['.github/workflows/deploy.yml']!],
  ['.gitlab-ci.yml', GITLAB],
  ['.semaphore/semaphore.yml', SEMAPHORE],
  ['bitbucket-pipelines.yml', BITBUCKET],
  ['.circleci/config.yml', CIRCLECI],
  ['.circleci/when.yml', CIRCLECI_WHEN],
  ['.buildkite/pipeline.yml', BUILDKITE],
  ['azure-pipelines.yml', AZURE],
  ['azure-pipelines-templates.yml', AZURE_TEMPLATE],
];

const OTHER_FILES = {
  ...WORKFLOW_FILES,
  'v.yml': 'variables: { a: b }',
  't.yml': withExpressions('parameters: { q: x }\njobs: [{ job: "[[ parameters.q ]]", steps: [{ template: t.yml }] }]'),
};

const SCRAPS = [
  '',
  ' ',
  '\n',
  '\t',
  ': ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  '[[',
  ']]',
  '"',
  "'",
  '&a ',
  '*a',
  '!x ',
  '|',
  '#',
  '<<: ',
]
  .concat(['null', 'true', '1e999', '.nan', '__proto__', 'constructor', 'matrix.', 'fromJSON(', '\u0000', '\ud800'])
  .map(withExpressions);

describe('a workflow file that somebody types in', () => {
  it('is read or refused, never a crash', async () => {
    const edit = fc.record({ at: fc.nat(), length: fc.nat(40), scrap: fc.constantFrom(...SCRAPS) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SEEDS),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async ([path, text], edits) => {
          const edited = edits.reduce((before, { at, length, scrap }) => {
            const from = at % (before.length + 1);
            return before.slice(0, from) + scrap + before.slice(from + length);
          }, text);
          expect(['none', 'invalid_request']).toContain(
            (await problemOf(() => readJobs(path, edited, {}, OTHER_FILES)))[0],
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});
