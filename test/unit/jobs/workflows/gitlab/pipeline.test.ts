import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, problemOf, readJobs } from '../../fixtures.ts';

const PATH = '.gitlab-ci.yml';
const read = (text: string, query: JobQuery = {}) => readJobs(PATH, text, query);

describe('.gitlab-ci.yml', () => {
  it('has jobs with ID tokens of their own, of templates and of the default', async () => {
    const jobs = await read(`
stages: [build, deploy]
default:
  timeout: 1h 30m
  id_tokens:
    DEFAULT_ID_TOKEN: { aud: https://default.example }
.vault: &vault
  id_tokens:
    VAULT_ID_TOKEN: { aud: [https://vault.example, sigstore] }
.prod:
  extends: .vault
  environment: { name: production, action: verify, deployment_tier: production }
build job:
  script: [make]
deploy:
  extends: [.prod]
  id_tokens:
    NPM_ID_TOKEN: { aud: 'npm:registry.example' }
  timeout: 20 minutes
merged:
  <<: *vault
  script: [x]
referenced:
  id_tokens: !reference [.vault, id_tokens]
without:
  inherit: { default: [timeout] }
`);
    expect(Object.keys(jobs)).toEqual(['build job', 'deploy', 'merged', 'referenced', 'without']);
    const vault = { VAULT_ID_TOKEN: ['https://vault.example', 'sigstore'] };
    expect(Object.values(jobs).map(({ job }) => job.workflow?.idTokens)).toEqual([
      { DEFAULT_ID_TOKEN: 'https://default.example' },
      { ...vault, NPM_ID_TOKEN: 'npm:registry.example' },
      vault,
      vault,
      {},
    ]);
    expect(jobs.deploy).toMatchObject({
      line: 15,
      job: { jobId: 'deploy', environment: 'production', timeoutSeconds: 1_200, workflowFile: PATH },
    });
    expect(jobs.without?.job.timeoutSeconds).toBe(5_400);
  });

  it('keeps one audience in a list apart from one alone, also where a reference stands for it', async () => {
    const { a } = await read(`
.one: { aud: [one], alone: one }
a: { id_tokens: { A: { aud: [one] }, B: { aud: one }, C: { aud: !reference [.one, aud] }, D: { aud: !reference [.one, alone] } } }
`);
    expect(a?.job.workflow?.idTokens).toEqual({ A: ['one'], B: 'one', C: ['one'], D: 'one' });
  });

  it('fills in the variables that are known and names the others', async () => {
    const { deploy } = await read(
      `
variables: { ZONE: 'eu-$CI_COMMIT_REF_SLUG', STAGE: { value: prod, description: x } }
deploy:
  environment: review/\${CI_COMMIT_REF_SLUG}-$CI_MERGE_REQUEST_IID
  id_tokens:
    A: { aud: 'https://$ZONE.$STAGE.$SECRET_HOST/$$x' }
`,
      { ref: 'refs/heads/Feature/One_Two' },
    );
    expect(deploy?.job.environment).toBe('review/feature-one-two-$CI_MERGE_REQUEST_IID');
    expect(deploy?.job.workflow?.idTokens).toEqual({ A: 'https://eu-feature-one-two.prod.$SECRET_HOST/$x' });
    expect(namesOf(deploy)).toEqual(['$CI_MERGE_REQUEST_IID', '$SECRET_HOST']);
  });

  it('decides rules as far as it knows their variables, and names the others', async () => {
    const text = `
never: { rules: [{ when: never }] }
tags: { rules: [{ if: $CI_COMMIT_TAG }] }
branch: { rules: [{ if: '$CI_COMMIT_BRANCH == "main"' }] }
not-merge: { rules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"', when: never }, { when: manual }] }
default: { rules: [{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH }] }
files: { rules: [{ if: $CI_COMMIT_TAG, changes: [a] }, { changes: [b] }] }
outside: { rules: [!reference [.elsewhere, rules]] }
nested: { rules: [[{ when: never }]] }
certain: { rules: [{ if: $SECRET }, { when: on_success }] }
own: { variables: { DEPLOY: 'yes' }, rules: [!reference [.shared], { if: '$DEPLOY == "no"' }] }
.shared: [{ if: $CI_COMMIT_BRANCH =~ /^release/, when: never }]
`.replace('default:', 'by-default:');
    const tell = async (query: JobQuery) =>
      Object.fromEntries(
        Object.entries(await read(text, query)).map(([id, { unknowns, warnings }]) => [
          id,
          [...unknowns.map(({ expression }) => `? ${expression}`), ...warnings.map((one) => one.split(/[:.]/)[1])],
        ]),
      );
    expect(await tell({ ref: 'refs/heads/main' })).toEqual({
      never: ['rules'],
      tags: ['rules'],
      branch: [],
      'not-merge': ['when'],
      'by-default': [
        '? $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH',
        expect.stringContaining('git remote set-head origin --auto'),
      ],
      files: ['? files that changed (changes)'],
      outside: ['? a !reference to another file'],
      nested: ['rules'],
      certain: [],
      own: ['rules'],
    });
    const merge = await tell({ event: 'pull_request' });
    expect([merge.branch, merge['not-merge'], merge.tags]).toEqual([['rules'], ['rules'], ['rules']]);
    expect(merge['by-default']).toEqual(['rules']);
    expect((await tell({ event: 'tag' })).tags).toEqual([]);
  });

  it.each([
    ['the default branch', 'refs/heads/trunk', []],
    [
      'another branch',
      'refs/heads/main',
      ['deploy.rules: they leave the job out of a pipeline of push for branch main'],
    ],
  ])('knows the default branch where it is said: a push of %s', async (_, ref, warnings) => {
    const { deploy } = await read('deploy: { rules: [{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH }] }', {
      ref,
      options: { 'default-branch': 'trunk' },
    });
    expect([deploy?.warnings, namesOf(deploy)]).toEqual([warnings, []]);
  });

  it.each<[string, JobQuery, readonly string[]]>([
    ['a push of main', { ref: 'refs/heads/main' }, ['tags', 'merges', 'release', 'no-branch', 'elsewhere']],
    ['a push of a branch', { ref: 'refs/heads/release/1' }, ['main', 'tags', 'merges', 'no-branch', 'elsewhere']],
    ['a tag', { event: 'tag' }, ['main', 'merges', 'release', 'elsewhere']],
    ['a merge request', { event: 'pull_request' }, ['main', 'tags', 'release', 'no-branch', 'elsewhere', 'silent']],
  ])('leaves out of %s the jobs that only and except leave out', async (_, query, expected) => {
    const jobs = await read(
      `
main: { only: [main] }
tags: { only: [tags] }
merges: { only: { refs: [merge_requests] } }
release: { only: [/^release\\/.+$/] }
no-branch: { except: [branches] }
elsewhere: { only: [main@other/project] }
silent: { script: [x] }
some: { only: [pushes, merge_requests], except: { variables: [$SECRET] } }
`,
      query,
    );
    expect(Object.keys(jobs).filter((id) => (jobs[id]?.warnings.length ?? 0) > 0)).toEqual(expected);
    expect(namesOf(jobs.some)).toEqual(['except']);
  });

  it('has no job in a pipeline that its workflow leaves out, and asks no more of those that say nothing', async () => {
    const { a } = await read('workflow: { rules: [{ if: $CI_COMMIT_TAG }] }\na: { script: [x] }\n');
    expect(a?.warnings).toEqual([expect.stringContaining('workflow.rules')]);
    const text = 'workflow: { rules: [{ if: $CI_MERGE_REQUEST_IID }] }\na: { script: [x] }\n';
    expect((await read(text, { event: 'pull_request' })).a?.warnings).toEqual([]);
  });

  it('names rules, templates and includes that it does not look into', async () => {
    const { a, b } = await read(`
include: [{ project: acme/ci, file: x.yml }]
workflow: { rules: [{ if: $WANTED }] }
a: { extends: .elsewhere, rules: [{ if: '$SKIPPED', when: never }, {}] }
b: { only: { kubernetes: active }, trigger: { project: acme/other } }
`);
    const project = 'project acme/ci x.yml';
    expect(a?.unknowns.map(({ where, expression }) => [where, expression])).toEqual([
      ['a.extends', '.elsewhere'],
      ['workflow.rules', '$WANTED'],
      ['a.rules', '$SKIPPED'],
      ['include', project],
    ]);
    expect(namesOf(b)).toEqual(['$WANTED', 'only', project]);
    expect([a?.job.workflow, b?.job.workflow]).toEqual([null, null]);
    expect(b?.refusal?.code).toBe('trigger');
  });

  it('joins several conditions with words, which no condition has', async () => {
    const rules = '[{ if: $A && $B, changes: [x] }, { if: $C }, { if: $C }]';
    const { a } = await read(`a: { rules: ${rules} }`);
    expect(namesOf(a)).toEqual(['$A && $B, and files that changed (changes), or $C']);
  });

  it('has the row of a matrix that is asked for', async () => {
    const text = 'a: { parallel: { matrix: [{ STAGE: [dev, prod], ZONE: eu }] }, environment: $STAGE }';
    expect((await read(text)).a?.job.environment).toBe('dev');
    expect((await read(text, { matrix: { STAGE: 'prod' } })).a?.job.environment).toBe('prod');
  });

  it('has a header before its jobs', async () => {
    expect(Object.keys(await read('spec: { inputs: { x: {} } }\n---\na: { script: [x] }\n'))).toEqual(['a']);
  });

  it.each([
    ['a list', '- a\n', 1],
    ['a job that is a text', 'a: b\n', 1],
    ['ID tokens that are a list', 'a:\n  id_tokens: [x]\n', 2],
    ['an ID token without an audience', 'a:\n  id_tokens:\n    X: {}\n', 3],
    ['an ID token with a senseless name', 'a:\n  id_tokens:\n    a-b: { aud: x }\n', 3],
    ['an environment without a name', 'a:\n  environment: { url: x }\n', 2],
    ['a template of itself', '.a: { extends: .a }\nb: { extends: .a }\n', 1],
  ])('that is %s is refused, with file and line', async (_, text, line) => {
    expect(await problemOf(() => read(text))).toEqual([
      'invalid_request',
      expect.stringMatching(new RegExp(`^\\.gitlab-ci\\.yml:${line}: `)),
    ]);
  });

  it('whose templates grow without end is refused', async () => {
    const wide = Array.from({ length: 400 }, (_, at) => `k${at}: 1`).join(', ');
    const many = Array.from({ length: 400 }, () => '.a').join(', ');
    const jobs = Array.from({ length: 50 }, (_, at) => `j${at}: { extends: [${many}] }`);
    expect((await problemOf(() => read(`.a: { ${wide} }\n${jobs.join('\n')}\n`)))[0]).toBe('invalid_request');
  });
});
