import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

const DEPLOY = `spec:
  inputs:
    env: { options: [production, staging] }
    replicas: { type: number, default: 3 }
    live: { type: boolean, default: true }
    audiences: { type: array, default: [a] }
    suffix: { default: '' }
    version: { regex: '^v\\d+$', default: v1 }
---
"deploy-$[[ inputs.env ]]$[[ inputs.suffix ]]":
  script: x
  environment: $[[ inputs.env ]]-$[[ inputs.replicas ]]-$[[ inputs.live ]]
  id_tokens: { A: { aud: $[[ inputs.audiences ]] } }
`;

const read = (text: string, more: Readonly<Record<string, string>> = {}, query: JobQuery = {}) =>
  readJobs('.gitlab-ci.yml', text, query, { 'ci/deploy.yml': DEPLOY, ...more });
const include = (inputs: string): string =>
  `include: [{ local: ci/deploy.yml, inputs: ${inputs} }]\nother: { script: x }\n`;

// GitLab docs, "CI/CD inputs", "Set input values when using include"
describe('inputs that an include gives to a local file', () => {
  it('are filled in, each of its type, and those that it does not give have their defaults', async () => {
    const jobs = await read(include('{ env: staging, replicas: 12, live: false, audiences: [x, y] }'));
    expect(Object.keys(jobs).sort()).toEqual(['deploy-staging', 'other']);
    expect(jobs['deploy-staging']).toMatchObject({
      line: 1,
      unknowns: [],
      warnings: [],
      job: { environment: 'staging-12-false', workflow: { idTokens: { A: ['x', 'y'] } } },
    });
  });

  it('may differ each time that it is included', async () => {
    const jobs = await read(`include:
  - { local: ci/deploy.yml, inputs: { env: staging } }
  - { local: ci/deploy.yml, inputs: { env: production, suffix: -eu } }
`);
    expect(Object.values(jobs).map(({ job }) => job.environment)).toEqual(['staging-3-true', 'production-3-true']);
    expect(Object.keys(jobs)).toEqual(['deploy-staging', 'deploy-production-eu']);
  });

  it('go on to the files that it includes, and to those that a pattern finds', async () => {
    const more = {
      'ci/all.yml':
        'spec: { inputs: { where: {} } }\n---\ninclude: [{ local: "ci/dep*.yml", inputs: { env: "$[[ inputs.where ]]" } }]\n',
    };
    const jobs = await read('include: [{ local: ci/all.yml, inputs: { where: production } }]', more);
    expect(Object.keys(jobs)).toEqual(['deploy-production']);
  });

  it('are not known where the file that gives them does not know them, and that is named where it matters', async () => {
    const header = 'spec: { inputs: { env: {} } }\n---\n';
    const text = `${header}include: [{ local: ci/deploy.yml, inputs: { env: staging, replicas: "$[[ inputs.env ]]" } }]\n`;
    const open = (await read(text))['deploy-staging'];
    expect([open?.job.environment, namesOf(open)]).toEqual([
      'staging-$[[ inputs.replicas ]]-true',
      ['$[[ inputs.replicas ]]'],
    ]);
    const said = (await read(text, {}, { options: { 'input.env': '7' } }))['deploy-staging'];
    expect(said?.job.environment).toBe('staging-7-true');
  });

  it.each([
    ['{ env: prod }', 'input env: "prod" is not one of production, staging'],
    ['{ env: staging, replicas: many }', 'input replicas: "many" is not a number'],
    ['{ env: staging, live: maybe }', 'input live: "maybe" is not one of true, false'],
    ['{ env: staging, audiences: x }', 'input audiences: "x" is not a list in JSON'],
    ['{ env: staging, version: 9 }', 'input version: "9" does not match ^v\\d+$'],
    ['{ env: staging, wrong: 1 }', expect.stringContaining('has no input "wrong"')],
    ['{ suffix: x }', 'input env: ".gitlab-ci.yml" does not give it'],
  ])('that it does not take have no pipeline start, and why is said: %s', async (inputs, reason) => {
    const { other } = await read(include(inputs));
    const told = other?.warnings[0] ?? '';
    expect([other?.isLeftOut, told.startsWith('include: ci/deploy.yml: ')]).toEqual([true, true]);
    expect(told.replace('include: ci/deploy.yml: ', '').replace(', so there is no pipeline', '')).toEqual(reason);
  });

  it('of a file without a header have no pipeline start', async () => {
    const { a } = await read('include: [{ local: x.yml, inputs: { b: c } }]', { 'x.yml': 'a: { script: x }' });
    expect(a).toBeUndefined();
    const { other } = await read('include: [{ local: x.yml, inputs: { b: c } }]\nother: { script: x }', {
      'x.yml': '',
    });
    expect(other?.isLeftOut).toBe(true);
  });

  // docs: "CI/CD inputs", "truncate"; functions/truncate.rb
  it('may be cut, where they are texts', async () => {
    const more = {
      'cut.yml':
        'spec: { inputs: { ref: {}, n: { type: number, default: 12 } } }\n---\na: { script: x, environment: "$[[ inputs.ref | truncate(1,3) ]]-$[[ inputs.n | truncate(0,1) ]]" }\n',
    };
    const { a } = await read('include: [{ local: cut.yml, inputs: { ref: feature } }]', more);
    expect([a?.job.environment, namesOf(a)]).toEqual([
      'eat-$[[ inputs.n | truncate(0,1) ]]',
      ['$[[ inputs.n | truncate(0,1) ]]'],
    ]);
  });

  it('do not make a file grow without end', async () => {
    const grow = `spec: { inputs: { a: {} } }\n---\ninclude: [${Array.from({ length: 140 }, (_, at) => `{ local: leaf.yml, inputs: { a: "${'$[[ inputs.a ]]'.repeat(20)}${at}" } }`).join(', ')}]\n`;
    const leaf = `spec: { inputs: { a: {} } }\n---\nx: { script: [${'"$[[ inputs.a ]]", '.repeat(200)} y] }\n`;
    const { other } = await read(
      'include: [{ local: grow.yml, inputs: { a: "[[[[[[[[[[" } }]\nother: { script: x }\n',
      {
        'grow.yml': grow,
        'leaf.yml': leaf,
      },
    );
    expect(other?.warnings.join()).toContain('too much');
  });

  it('are read no more than a few times where the file is long, each time with other inputs', async () => {
    const long = `spec: { inputs: { a: { default: x } } }\n---\nj: { script: "${'y'.repeat(250_000)}" }\n`;
    const includes = Array.from({ length: 12 }, (_, at) => `{ local: long.yml, inputs: { a: "${at}" } }`);
    const { j } = await read(`include: [${includes.join(', ')}]\n`, { 'long.yml': long });
    expect(j?.warnings).toContain('include: long.yml is not read: there is too much in all included files together');
  });

  it('are counted once, however often a long one is cut', async () => {
    const cuts = Array.from({ length: 3_000 }, () => '"$[[ inputs.a | truncate(1, 0) ]]"').join(',');
    const text = `spec: { inputs: { a: { default: "${'x'.repeat(120_000)}" } } }\n---\nj: { script: [${cuts}], environment: "$[[ inputs.a | truncate(5,2) ]]" }\n`;
    const { j } = await read(text);
    expect(j?.job.environment).toBe('xx');
  });
});
