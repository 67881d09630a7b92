import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

const MAIN: JobQuery = { ref: 'refs/heads/main' };
const read = (text: string, query: JobQuery = MAIN) => readJobs('.gitlab-ci.yml', text, query);

describe('variables of .gitlab-ci.yml', () => {
  const ON_MAIN = '{ if: $CI_COMMIT_BRANCH == "main", variables: { ENVN: production } }';

  it('are those of the rule that has the job run', async () => {
    const text = `
deploy:
  id_tokens: { A: { aud: 'https://$ENVN.example' } }
  variables: { ENVN: dev }
  environment: $ENVN
  rules: [${ON_MAIN}, { if: $CI_COMMIT_BRANCH }]
`;
    const { deploy } = await read(text);
    expect([deploy?.job.environment, deploy?.job.workflow?.idTokens.A]).toEqual([
      'production',
      'https://production.example',
    ]);
    expect(deploy?.unknowns).toEqual([]);
    expect((await read(text, { ref: 'refs/heads/other' })).deploy?.job.environment).toBe('dev');
  });

  it('are those of the rule of the workflow before those of the file, and the job goes before both', async () => {
    const jobs = await read(`
workflow: { rules: [${ON_MAIN}, {}] }
variables: { ENVN: dev, OTHER: $ENVN }
all: { environment: $ENVN-$OTHER }
own: { environment: $ENVN, variables: { ENVN: own } }
ruled: { environment: $ENVN, variables: { ENVN: own }, rules: [{ variables: { ENVN: ruled } }] }
asked: { environment: x, rules: [{ if: $ENVN == "production" }] }
`);
    expect(Object.values(jobs).map(({ job }) => job.environment)).toEqual([
      'production-production',
      'own',
      'ruled',
      'x',
    ]);
    expect(Object.values(jobs).flatMap(({ warnings, unknowns }) => [...warnings, ...unknowns])).toEqual([]);
  });

  it('are not known where rules that are not decided differ in them', async () => {
    const { open, same, gone, decided } = await read(`
variables: { ENVN: dev }
open: { environment: $ENVN, rules: [{ if: $SECRET, variables: { ENVN: production } }, {}] }
same: { environment: $ENVN, rules: [{ if: $SECRET, variables: { ENVN: dev } }, {}] }
gone: { environment: $ENVN, rules: [{ if: $SECRET, when: never, variables: { ENVN: x } }, { variables: { ENVN: y } }] }
decided: { environment: $ENVN, rules: [{ changes: [a], variables: { ENVN: a } }, { if: $CI_COMMIT_TAG, variables: { ENVN: b } }] }
`);
    expect([open?.job.environment, namesOf(open)]).toEqual(['$ENVN', ['$ENVN']]);
    expect([same?.job.environment, namesOf(same)]).toEqual(['dev', []]);
    expect([gone?.job.environment, namesOf(gone)]).toEqual(['y', ['$SECRET']]);
    expect([decided?.job.environment, namesOf(decided)]).toEqual(['a', ['files that changed (changes)']]);
    const { all, own } = await read(`
workflow: { rules: [{ if: $SECRET, variables: { ENVN: production } }, {}] }
all: { environment: $ENVN }
own: { environment: $ENVN, variables: { ENVN: own } }
`);
    expect([all?.job.environment, namesOf(all)]).toEqual(['$ENVN', ['$ENVN']]);
    expect([own?.job.environment, namesOf(own)]).toEqual(['own', []]);
  });

  it('that are not known for a rule that is not decided have it named, where somebody asks for them', async () => {
    const { a, b, c } = await read(`
workflow: { rules: [{ if: $FORCED, variables: { NAME: x } }, { if: $CI_COMMIT_BRANCH, variables: { ENVN: y, NAME: y } }] }
a: { environment: $ENVN }
b: { environment: x, rules: [{ exists: [a], variables: { OTHER: z } }, { variables: { OTHER: o } }] }
c: { environment: $OTHER, rules: [{ exists: [a], variables: { OTHER: z } }, { variables: { OTHER: o } }] }
`);
    expect(a?.warnings).toEqual(['workflow.rules: $ENVN depends on $FORCED']);
    expect(b?.warnings).toEqual([]);
    expect(c?.warnings).toEqual(['c.rules: $OTHER depends on files that are there (exists)']);
  });

  it('of the file alone decide the rules of the workflow', async () => {
    const { a } = await read(`
workflow: { rules: [{ if: '$RUN == "no"', when: never }, {}] }
variables: { RUN: 'yes' }
a: { variables: { RUN: 'no' }, environment: x }
`);
    expect([a?.isLeftOut, namesOf(a)]).toEqual([false, []]);
  });

  it('of the file are the job’s as far as it inherits them', async () => {
    const { none, some, all } = await read(`
workflow: { rules: [{ variables: { B: workflow } }] }
variables: { A: file, B: file }
none: { inherit: { variables: false }, environment: $A-$B }
some: { inherit: { variables: [B] }, environment: $A-$B }
all: { inherit: { default: false }, environment: $A-$B }
`);
    expect([none, some, all].map((job) => job?.job.environment)).toEqual(['$A-$B', '$A-workflow', 'file-workflow']);
    expect(namesOf(none)).toEqual(['$A', '$B']);
  });

  it('may have their own name in their value, and may stand for themselves where GitLab has them', async () => {
    const { named, passed, lost } = await read(`
variables: { prod: production, LOST: x }
named: { environment: $prod }
passed: { variables: { CI_COMMIT_REF_NAME: 'x-$CI_COMMIT_REF_NAME' }, environment: $CI_COMMIT_REF_NAME }
lost: { variables: { LOST: '\${LOST}-y' }, environment: $LOST }
`);
    expect([named, passed, lost].map((job) => job?.job.environment)).toEqual(['production', 'x-main', '$LOST']);
    expect(namesOf(lost)).toEqual(['$LOST']);
  });

  it('may be those that a reference names', async () => {
    const { job, one } = await read(`
.shared: { variables: { ENVN: shared } }
job: { variables: !reference [.shared, variables], environment: $ENVN }
one: { rules: [{ variables: { ENVN: !reference [.shared, variables, ENVN] } }], environment: $ENVN }
`);
    expect([job?.job.environment, one?.job.environment]).toEqual(['shared', 'shared']);
  });

  it('of rules without end are not read to their end: nothing is certain of what a job asks for then', async () => {
    const write = (at: number): string =>
      `{ if: $OPEN, variables: { ${Array.from({ length: 20 }, (_, k) => `A${k}_${at}: b`).join(', ')} } }`;
    const jobs = Array.from({ length: 50 }, (_, at) => `j${at}: { extends: .r, variables: { E: x }, environment: $E }`);
    const rules = Array.from({ length: 400 }, (_, at) => write(at)).join(', ');
    const { j0, j49 } = await read(`.r: { rules: [${rules}] }\n${jobs.join('\n')}\n`);
    expect([j0, j49].map((job) => job?.job.environment)).toEqual(['x', '$E']);
  });
});
