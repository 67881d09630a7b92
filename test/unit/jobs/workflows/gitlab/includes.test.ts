import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listWorkflowJobs, resolveJob } from '../../../../../daemon/jobs/resolve-job.ts';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { FRAME, inMemory, makeDirectory, namesOf, problemOf, ROOT, readJobs } from '../../fixtures.ts';

const PATH = '.gitlab-ci.yml';
const BASE = `
default: { timeout: 20 minutes }
.oidc: { id_tokens: { TOKEN: { aud: https://vault.example } }, environment: { name: staging, action: verify } }
release: { extends: .oidc, script: [x], tags: [a, b] }
`;

const read = (text: string, more: Readonly<Record<string, string>> = {}, query: JobQuery = {}) =>
  readJobs(PATH, text, query, more);

describe('include of .gitlab-ci.yml', () => {
  it.each([
    ['as a text', 'include: ci/base.yml'],
    ['from the root', 'include: /ci/base.yml'],
    ['in a list', 'include: [ci/base.yml]'],
    ['as local', 'include: { local: ci/base.yml }'],
    ['as local in a list', 'include: [{ local: /ci/base.yml }]'],
    ['by another file', 'include: ci/more.yml'],
    ['by rules that hold', "include: [{ local: ci/base.yml, rules: [{ if: '$CI_COMMIT_BRANCH' }] }]"],
  ])('brings the jobs, templates and defaults of a local file: %s', async (_, include) => {
    const jobs = await read(`${include}\ndeploy: { extends: .oidc, environment: production }\n`, {
      'ci/base.yml': BASE,
      'ci/more.yml': 'include: ci/base.yml',
    });
    expect(Object.keys(jobs).sort()).toEqual(['deploy', 'release']);
    const idTokens = { TOKEN: 'https://vault.example' };
    expect(jobs.deploy).toMatchObject({
      line: 2,
      unknowns: [],
      job: { environment: 'production', workflowFile: PATH, timeoutSeconds: 1_200, workflow: { idTokens } },
    });
    expect(jobs.release).toMatchObject({ line: 1, job: { environment: 'staging', workflow: { idTokens } } });
  });

  it('is merged in its order, mapping by mapping, and the file goes before it', async () => {
    const { a } = await read(
      'include: [one.yml, two.yml]\na: { environment: { name: own } }\nvariables: { LAST: own }\n',
      {
        'one.yml':
          'a: { environment: { name: one, deployment_tier: testing }, id_tokens: { A: { aud: [$LAST, one] } } }',
        'two.yml':
          'variables: { LAST: two }\na: { environment: { name: two }, id_tokens: { A: { aud: [$LAST] }, B: { aud: b } } }',
      },
    );
    expect(a?.job).toMatchObject({ environment: 'own', workflow: { idTokens: { A: ['own'], B: 'b' } } });
  });

  it.each([
    ['{ project: acme/ci, file: [x.yml, y.yml] }', 'project acme/ci x.yml, y.yml'],
    ['{ template: Security/SAST.gitlab-ci.yml }', 'template Security/SAST.gitlab-ci.yml'],
    ['{ remote: https://ci.example/x.yml }', 'remote https://ci.example/x.yml'],
    ['https://ci.example/x.yml', 'remote https://ci.example/x.yml'],
    ['{ component: gitlab.com/acme/ci/scan@1 }', 'component gitlab.com/acme/ci/scan@1'],
    ['ci/a*b*c*d*e*f*g*h*i*j*k*.yml', 'local ci/a*b*c*d*e*f*g*h*i*j*k*.yml'],
    ['../*.yml', 'local ../*.yml'],
    ['../base.yml', 'local ../base.yml'],
    ['{ local: $FILE }', 'local $FILE'],
    ['{ local: "$CI_PROJECT_NAME/$MORE.yml" }', 'local $CI_PROJECT_NAME/$MORE.yml'],
    ['spec.yml', 'local spec.yml'],
    ['{ local: base.yml, rules: [{ if: $WANTED }] }', 'local base.yml by rules that are not decided'],
  ])('of %s is named, and nobody says that a job without ID tokens has none', async (include, name) => {
    const more = { 'base.yml': BASE, 'spec.yml': `spec: { include: [more.yml] }\n---\n${BASE}` };
    const jobs = await read(
      `include:\n  - ${include}\ndeploy: { script: [x] }\nown: { id_tokens: { A: { aud: x } } }`,
      more,
    );
    expect(Object.keys(jobs)).toEqual(['deploy', 'own']);
    expect([jobs.deploy?.job.workflow, namesOf(jobs.deploy)]).toEqual([null, [name]]);
    expect(namesOf(jobs.own)).toEqual([]);
  });

  it('of a path with variables that all jobs know is followed', async () => {
    const slug = '$' + '{CI_COMMIT_REF_SLUG}';
    const { release } = await read(`include: "/ci/$CI_PROJECT_NAME/${slug}.yml"\n`, {
      'ci/widgets/main.yml': BASE,
    });
    expect(release?.job.environment).toBe('staging');
  });

  it('of a file that is not there is none that a pipeline starts with', async () => {
    const { a } = await read('include: gone.yml\na: { id_tokens: { A: { aud: x } } }');
    expect([a?.isLeftOut, a?.warnings]).toEqual([true, ['include: gone.yml is not there, so there is no pipeline']]);
  });

  it('through a link that leads out of the repository is not read', async () => {
    const directory = makeDirectory();
    const root = join(directory, 'repository');
    mkdirSync(root);
    writeFileSync(join(directory, 'outside.yml'), BASE);
    symlinkSync('../outside.yml', join(root, 'link.yml'));
    writeFileSync(join(root, PATH), 'include: link.yml\na: { script: [x] }');
    const jobs = await listWorkflowJobs(join(root, PATH), null, { directory: root }, FRAME);
    expect(jobs.map(({ id }) => id)).toEqual(['a']);
    expect(jobs[0]?.warnings).toContain('include: link.yml leads out of the repository');
    expect(jobs[0]?.job.workflow).toBeNull();
  });

  it.each([
    ['itself', { 'a.yml': 'include: a.yml' }, 'a.yml → a.yml'],
    ['each other', { 'a.yml': 'include: b.yml', 'b.yml': 'include: a.yml' }, 'a.yml → b.yml → a.yml'],
    ['each other by a pattern', { 'a.yml': 'include: c/*', 'c/b.yml': 'include: a.yml' }, 'a.yml → c/b.yml → a.yml'],
  ])('of files that include %s is named, and there is no pipeline', async (_, more, way) => {
    const { a } = await read('include: a.yml\na: { script: [x] }', more);
    expect([a?.isLeftOut, a?.warnings]).toEqual([
      true,
      [`include: ${way} goes round in a circle, so there is no pipeline`],
    ]);
  });

  it('of a file again and again ends', async () => {
    const again = `include: [${Array.from({ length: 100 }, () => 'b.yml').join(', ')}]`;
    const { a } = await read('include: [a.yml, a.yml]\na: { script: [x] }', { 'a.yml': again, 'b.yml': 'x: {}' });
    expect(a?.warnings).toEqual(['include: b.yml is not read: there are more than 150, or deeper ones than 10']);
    expect(namesOf(a)).toEqual(['local b.yml']);
  });

  it('of too much is not read to its end, and says so', async () => {
    const items = `.t: [${'a,'.repeat(35_000)}]`;
    const more = { 'a.yml': `${items}\nfirst: { script: [x] }`, 'b.yml': `${items}\nsecond: { script: [x] }` };
    const jobs = await read('include: [a.yml, b.yml]', more);
    expect(Object.keys(jobs)).toEqual(['first']);
    expect(jobs.first?.warnings).toEqual([
      'include: b.yml is not read: there is too much in all included files together',
    ]);
    expect(namesOf(jobs.first)).toEqual(['local b.yml']);
  });

  it('stands at the line that includes it first, also what a file includes in its turn', async () => {
    const jobs = await read('# a\ninclude:\n  - a.yml\n  - b.yml\n  - a.yml\nown: { script: [x] }', {
      'a.yml': '\n\n\n\nfirst: { script: [x] }',
      'b.yml': 'include: c.yml\nsecond: { script: [x] }',
      'c.yml': '\n\n\nthird: { script: [x] }',
    });
    expect(Object.fromEntries(Object.values(jobs).map(({ id, line }) => [id, line]))).toEqual({
      first: 3,
      second: 4,
      third: 4,
      own: 6,
    });
  });

  it('whose file is wrong is refused, with its name', async () => {
    const [code, message] = await problemOf(() => read('include: bad.yml', { 'bad.yml': '- a' }));
    expect([code, message]).toEqual(['invalid_request', expect.stringMatching(/^bad\.yml:1: /)]);
  });

  it('is named where it may have the rules without which a job is not in merge request pipelines', async () => {
    const text =
      'include: [{ template: A.yml }]\na: { id_tokens: { A: { aud: x } } }\nb: { id_tokens: { A: { aud: x } }, rules: [{}] }';
    const { a, b } = await read(text, {}, { event: 'pull_request' });
    expect([a?.isLeftOut, namesOf(a), namesOf(b)]).toEqual([false, ['template A.yml'], []]);
    expect(namesOf((await read(text)).a)).toEqual([]);
  });

  it('is named where a job is asked for that the file does not have', async () => {
    const sources = inMemory({
      [join(ROOT, PATH)]: 'include: [{ template: Jobs/Deploy.gitlab-ci.yml }]\na: { script: [x] }',
    });
    const [, message] = await problemOf(() => resolveJob({ job: `${join(ROOT, PATH)}#other` }, FRAME, sources));
    expect(message).toContain('nobody here knows what is in template Jobs/Deploy.gitlab-ci.yml');
  });
});
