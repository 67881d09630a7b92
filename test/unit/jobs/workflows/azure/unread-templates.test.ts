import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listWorkflowJobs, resolveJob } from '../../../../../daemon/jobs/resolve-job.ts';
import { FRAME, inMemory, makeDirectory, namesOf, problemOf, ROOT, readJobs } from '../../fixtures.ts';
import { AZURE_PATH as PATH, readAzure as read, summarizeAzure as summarize } from './fixtures.ts';

describe('a template that is not read', () => {
  it.each([
    ['x.yml@shared', 'x.yml@shared', false, []],
    [`\${{ variables.which }}.yml`, `\${{ variables.which }}.yml`, false, []],
    ['../up.yml', '../up.yml', false, ['template: ../up.yml leads out of the repository']],
    ['/a/../../up.yml', '/a/../../up.yml', false, ['template: ../up.yml leads out of the repository']],
    ['sub/x.txt', 'sub/x.txt', false, ['template: sub/x.txt is not read: its name is none of a YAML file']],
    ['gone.yml', 'gone.yml', true, ['template: gone.yml is not there, so there is no run']],
  ])('stands for its jobs: %s', async (path, name, isLeftOut, warnings) => {
    const inJobs = await read(`jobs:\n- job: A\n- template: "${path}"\n`);
    expect(Object.values(inJobs).map((job) => [job.id, namesOf(job), job.isLeftOut, job.warnings])).toEqual([
      ['A', [], isLeftOut, warnings],
      [name, [`jobs of ${name}`], isLeftOut, warnings],
    ]);
    const inStages = await read(`stages:\n- template: "${path}"\n- stage: S\n  jobs: [{ template: "${path}" }]\n`);
    expect(Object.keys(inStages)).toEqual([name, `S/${name}`]);
    const extended = await read(`extends: { template: "${path}" }\n`);
    expect(Object.values(extended).map((job) => [job.id, job.line])).toEqual([[name, 1]]);
  });

  it('may have the service connection of a job, unless one stands before it', async () => {
    const step = '{ inputs: { azureSubscription: own } }';
    const jobs = await read(
      `jobs:\n- { job: A, steps: [{ template: x.yml@y }, ${step}] }\n- { job: B, steps: [${step}, { template: x.yml@y }] }\n`,
    );
    expect(summarize(jobs)).toEqual([
      ['A', null, 'own', ['steps of x.yml@y']],
      ['B', null, 'own', []],
    ]);
  });

  it('is named where a job is asked for that the file does not have', async () => {
    const sources = inMemory({ [join(ROOT, PATH)]: 'extends: { template: a.yml@b }\n' });
    const [, message] = await problemOf(() => resolveJob({ job: `${join(ROOT, PATH)}#other` }, FRAME, sources));
    expect(message).toContain('nobody here knows what is in template a.yml@b');
  });

  it('is one through a link that leads out of the repository', async () => {
    const directory = makeDirectory();
    const root = join(directory, 'repository');
    mkdirSync(root);
    writeFileSync(join(directory, 'outside.yml'), 'jobs: [{ job: Secret }]');
    symlinkSync('../outside.yml', join(root, 'link.yml'));
    writeFileSync(join(root, PATH), 'jobs: [{ job: A }, { template: link.yml }]');
    const jobs = await listWorkflowJobs(join(root, PATH), null, { directory: root }, FRAME);
    expect(jobs.map(({ id }) => id)).toEqual(['A', 'link.yml']);
    expect(jobs[0]?.warnings).toContain('template: link.yml leads out of the repository');
  });

  it('goes round in a circle', async () => {
    const jobs = await read('jobs: [{ template: a.yml }]', {
      'a.yml': 'jobs: [{ template: b.yml }]',
      'b.yml': 'jobs: [{ template: a.yml }]',
    });
    expect(Object.values(jobs).map(({ warnings }) => warnings)).toEqual([
      [expect.stringMatching(/^template: a\.yml is not read: a\.yml → b\.yml → a\.yml .*goes round in a circle$/)],
    ]);
  });
});

describe('templates without end', () => {
  it('that include themselves twice stop', async () => {
    const jobs = await read('jobs: [{ template: a.yml }]', {
      'a.yml': 'jobs: [{ template: a.yml }, { template: a.yml }]',
    });
    expect(Object.values(jobs)[0]?.warnings).toContain('template: a.yml is not read: there are more than 500');
  });

  it.each([
    [
      'lists',
      `parameters: { l: [] }\njobs:\n- template: a.yml\n  parameters: { l: ["\${{ parameters.l }}", "\${{ parameters.l }}", "\${{ parameters.l }}"] }\n`,
      'parameters: { l: [1, 2, 3] }',
      'azure-pipelines.yml:1: its templates make it grow too large',
    ],
    [
      'texts',
      `parameters: { l: x }\njobs:\n- template: a.yml\n  parameters: { l: "\${{ parameters.l }}\${{ parameters.l }}\${{ parameters.l }}\${{ parameters.l }}" }\n`,
      'parameters: { l: xyzw }',
      '',
    ],
    [
      'turns',
      `parameters: { l: [${'1,'.repeat(300)}] }\njobs:\n- \${{ each a in parameters.l }}:\n  - \${{ each b in parameters.l }}:\n    - \${{ each c in parameters.l }}:\n      - job: x\n`,
      'parameters: {}',
      'azure-pipelines.yml:1: its templates make it grow too large',
    ],
  ])('of %s are refused or stop', async (_, template, parameters, reason) => {
    const [, message] = await problemOf(() =>
      read(`jobs: [{ template: a.yml, ${parameters} }]`, { 'a.yml': template }),
    );
    expect(message).toBe(reason);
  });

  it('of too much are not read to their end', async () => {
    const items = `[${'a,'.repeat(35_000)}]`;
    const more = { 'a.yml': `jobs: [{ job: A }]\nx: ${items}`, 'b.yml': `jobs: [{ job: B }]\nx: ${items}` };
    const jobs = await read('jobs: [{ template: a.yml }, { template: b.yml }]', more);
    expect(Object.keys(jobs)).toEqual(['A', 'b.yml']);
    expect(jobs.A?.warnings).toEqual(['template: b.yml is not read: there is too much in all templates together']);
  });

  it('whose file is wrong is refused, with its name', async () => {
    const [code, message] = await problemOf(() =>
      readJobs(PATH, 'jobs: [{ template: a.yml }]', {}, { 'a.yml': '- x' }),
    );
    expect([code, message]).toEqual(['invalid_request', expect.stringMatching(/^a\.yml:1: /)]);
  });
});
