import { describe, expect, it } from 'vitest';
import { namesOf, problemOf, readJobs } from '../../fixtures.ts';

const read = (text: string) => readJobs('.gitlab-ci.yml', text);

// GitLab docs, "Optimize GitLab CI/CD configuration files", "!reference tags": they are resolved before `extends`.
describe('!reference in .gitlab-ci.yml', () => {
  const SHARED = `
.vars: { variables: { A: one, B: two, ENVN: $A-$B } }
.env: { environment: { name: $ENVN, action: verify, deployment_tier: staging } }
.tokens: { id_tokens: { X: { aud: 'https://$A' } } }
.main: { if: $CI_COMMIT_BRANCH == "main", variables: { B: main } }
.other: { if: $CI_COMMIT_BRANCH == "other" }
`;

  it('stands for what it names at any depth', async () => {
    const { two } = await read(`${SHARED}
two:
  variables: !reference [.vars, variables]
  environment: { name: !reference [.env, environment, name], action: !reference [.env, environment, action] }
  id_tokens: { X: { aud: !reference [.tokens, id_tokens, X, aud] } }
  rules: [{ if: !reference [.main, if], variables: !reference [.main, variables] }]
`);
    expect([two?.job.environment, two?.job.workflow?.idTokens]).toEqual(['one-main', { X: 'https://one' }]);
    expect([two?.isLeftOut, two?.unknowns]).toEqual([false, []]);
  });

  it('is put together with what extends it as if it were written there', async () => {
    const { four } = await read(`${SHARED}
.base: { variables: !reference [.vars, variables], id_tokens: !reference [.tokens, id_tokens] }
four: { extends: .base, variables: { B: own }, id_tokens: { Y: { aud: y } }, environment: $ENVN }
`);
    expect([four?.job.environment, four?.job.workflow?.idTokens]).toEqual(['one-own', { X: 'https://one', Y: 'y' }]);
  });

  it('decides by the condition that it names', async () => {
    const { no, yes } = await read(`${SHARED}
no: { rules: [{ if: !reference [.other, if] }] }
yes: { rules: !reference [.all, rules] }
.all: { rules: [!reference [.other], { when: always }] }
`);
    expect([no?.isLeftOut, yes?.isLeftOut]).toEqual([true, false]);
  });

  it('to what is not there is named, and nothing is made of it', async () => {
    const jobs = await read(`
default: { id_tokens: { D: { aud: d } } }
include: [{ project: acme/ci, file: x.yml }]
env: { environment: !reference [.far, environment] }
name: { environment: { name: !reference [.far, environment, name] } }
tokens: { id_tokens: !reference [.far, id_tokens] }
aud: { id_tokens: { A: { aud: !reference [.far, aud] } } }
if: { rules: [{ if: !reference [.far, if] }] }
`);
    expect(namesOf(jobs.env)).toEqual(['!reference [.far, environment]']);
    expect(namesOf(jobs.name)).toEqual(['!reference [.far, environment, name]']);
    expect([namesOf(jobs.tokens), jobs.tokens?.job.workflow]).toEqual([['!reference [.far, id_tokens]'], null]);
    expect([namesOf(jobs.aud), jobs.aud?.job.workflow]).toEqual([['!reference [.far, aud]'], null]);
    expect([namesOf(jobs.if), jobs.if?.isLeftOut]).toEqual([['!reference [.far, if]'], false]);
  });

  it('is resolved for one reader where another came to it from too far away, or from inside it', async () => {
    const links = Array.from({ length: 11 }, (_, at) => `.r${at}: { s: !reference [.r${at + 1}, s] }`).join('\n');
    const { near } = await read(
      `${links}\n.r11: { s: !reference [.r12, s] }\n.r12: { s: found }\nnear: { environment: !reference [.r11, s], script: [x] }\n`,
    );
    expect([near?.job.environment, namesOf(near)]).toEqual(['found', []]);
    const { b } = await read(`
.a: { vars: { E: found, T: !reference [.b, vars] } }
.b: { vars: !reference [.a, vars] }
b: { variables: !reference [.b, vars], environment: $E, script: [x] }
`);
    expect([b?.job.environment, namesOf(b)]).toEqual(['found', []]);
  });

  it('that comes to no end again and again is refused', async () => {
    const write = (times: number, include: string): string => {
      const row = (at: number): string =>
        `.r${at}: { s: [${Array.from({ length: times }, () => `!reference [.r${at + 1}, s]`).join(', ')}] }`;
      const rows = Array.from({ length: 10 }, (_, at) => row(at)).join('\n');
      return `include: [${include}]\n${rows}\n.r10: { s: !reference [.r10, s] }\na: { script: [x] }\n`;
    };
    expect((await problemOf(() => read(write(8, ''))))[0]).toBe('invalid_request');
    expect((await problemOf(() => read(write(3, ''))))[0]).toBe('none');
    const again = '{ local: x.yml, rules: !reference [.r0, s] }, '.repeat(2);
    expect((await problemOf(() => read(write(3, again))))[0]).toBe('invalid_request');
  });

  it('that leads to itself, or grows without end, comes to an end', async () => {
    const { a } = await read('.x: { y: !reference [.x, y] }\na: { environment: !reference [.x, y], script: [x] }\n');
    expect(namesOf(a)).toEqual(['!reference [.x, y]']);
    const row = (at: number): string =>
      `.r${at}: { s: [${Array.from({ length: 20 }, () => `!reference [.r${at + 1}, s]`).join(', ')}] }`;
    const text = `${Array.from({ length: 10 }, (_, at) => row(at)).join('\n')}\n.r10: { s: [x] }\na: { script: !reference [.r0, s] }\n`;
    expect((await problemOf(() => read(text)))[0]).toBe('invalid_request');
  });
});
