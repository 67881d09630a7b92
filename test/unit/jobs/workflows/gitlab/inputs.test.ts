import { describe, expect, it } from 'vitest';
import { namesOf, problemOf, readJobs } from '../../fixtures.ts';

const HEADER = `
spec:
  inputs:
    env: { default: production, options: [production, staging] }
    replicas: { type: number, default: 3 }
    live: { type: boolean, default: true }
    audiences: { type: array, default: [a, b] }
    version: { regex: '^v\\d+$', default: v1 }
    must: { description: no default }
    ruled: { rules: [{ if: '$[[ inputs.env ]] == "staging"', default: x }, { default: y }] }
`;
const PATH = '.gitlab-ci.yml';
const write = (content: string): string => `---${HEADER}---\n${content}`;
const read = (content: string, inputs: Readonly<Record<string, string>> = {}) => {
  const options = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`input.${name}`, value]));
  return readJobs(PATH, write(content), { options });
};

describe('inputs of .gitlab-ci.yml', () => {
  it('have their defaults, wherever they stand', async () => {
    const jobs = await read(`
"deploy-$[[ inputs.env ]]":
  environment: $[[inputs.env]]-$[[  inputs.replicas  ]]-$[[ inputs.live ]]
  id_tokens: { A: { aud: $[[ inputs.audiences ]] }, B: { aud: "https://$[[ inputs.version ]].example" } }
  rules: [{ if: '"$[[ inputs.env ]]" == "production"' }]
`);
    const job = jobs['deploy-production'];
    expect([job?.job.environment, job?.unknowns, job?.warnings]).toEqual(['production-3-true', [], []]);
    expect(job?.job.workflow?.idTokens).toEqual({ A: ['a', 'b'], B: 'https://v1.example' });
    expect(job?.line).toBe(13);
  });

  it('are what is said of them', async () => {
    const inputs = { env: 'staging', replicas: '12', live: 'false', audiences: '["x"]', version: 'v9', must: 'm' };
    const { a } = await read(
      `a: { environment: $[[ inputs.env ]]-$[[ inputs.replicas ]]-$[[ inputs.live ]]-$[[ inputs.version ]]-$[[ inputs.must ]], id_tokens: { A: { aud: $[[ inputs.audiences ]] } } }`,
      inputs,
    );
    expect([a?.job.environment, a?.job.workflow?.idTokens.A]).toEqual(['staging-12-false-v9-m', ['x']]);
  });

  it('that nobody here knows are named: without a default, of rules, with functions, not declared', async () => {
    const jobs = await read(`
a: { environment: x-$[[ inputs.must ]] }
b: { environment: $[[ inputs.ruled ]] }
c: { environment: $[[ inputs.env | expand_vars ]] }
d: { environment: $[[ inputs.nope ]] }
e: { id_tokens: { A: { aud: $[[ inputs.must ]] } }, rules: [{ if: '$[[ inputs.must ]] == "x"' }] }
"f-$[[ inputs.must ]]": { environment: x }
`);
    expect(Object.values(jobs).map(namesOf)).toEqual([
      ['$[[ inputs.must ]]'],
      ['$[[ inputs.ruled ]]'],
      ['$[[ inputs.env | expand_vars ]]'],
      ['$[[ inputs.nope ]]'],
      ['$[[ inputs.must ]] == "x"', '$[[ inputs.must ]]'],
      ['$[[ inputs.must ]]'],
    ]);
    expect(jobs.a?.job.environment).toBe('x-$[[ inputs.must ]]');
    expect(jobs['f-$[[ inputs.must ]]']?.job.environment).toBe('x');
  });

  it('of a file without a header are plain text, and a header alone is no pipeline', async () => {
    const { a } = await readJobs(PATH, 'a: { environment: "$[[ inputs.env ]]" }\n');
    expect(a?.job.environment).toBe('$[[ inputs.env ]]');
    expect(await readJobs(PATH, `${HEADER}---\n`)).toEqual({});
  });

  it.each([
    ['env', 'other', 'options.input.env: "other" is not one of production, staging'],
    ['replicas', 'many', 'options.input.replicas: "many" is not a number'],
    ['live', 'yes', 'options.input.live: "yes" is not one of true, false'],
    ['version', 'x1', 'options.input.version: "x1" does not match ^v\\d+$'],
    ['audiences', 'a', 'options.input.audiences: "a" is not a list in JSON'],
    ['nope', 'x', 'options: ".gitlab-ci.yml" has no input "nope"; there are env, replicas'],
  ])('refuse %s=%s', async (name, value, message) => {
    const [code, told] = await problemOf(() => read('a: { script: [x] }', { [name]: value }));
    expect([code, told]).toEqual(['invalid_request', expect.stringContaining(message)]);
  });

  it('that make a file grow without end are refused', async () => {
    const long = `spec: { inputs: { x: { default: ${'y'.repeat(20_000)} } } }\n---\n`;
    const text = `${long}a: { script: ["${'$[[ inputs.x ]]'.repeat(10_000)}"] }\n`;
    expect((await problemOf(() => readJobs(PATH, text)))[0]).toBe('invalid_request');
  });
});
