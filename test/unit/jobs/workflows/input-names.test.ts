import { describe, expect, it } from 'vitest';
import { namesOf, problemOf, readJobs } from '../fixtures.ts';

/** Of what every object has without being asked. */
const NAMES = ['constructor', 'valueOf', 'toString', '__proto__'];

const FILES: Readonly<Record<string, readonly [string, (name: string, more: string) => string]>> = {
  GitLab: [
    '.gitlab-ci.yml',
    (name, more) => `spec: { inputs: { ${name}: { ${more} } } }\n---\na: { environment: "$[[ inputs.${name} ]]" }\n`,
  ],
  GitHub: [
    '.github/workflows/x.yml',
    (name, more) =>
      `on: { workflow_dispatch: { inputs: { ${name}: { ${more} } } } }\njobs: { a: { environment: "\${{ inputs.${name} }}" } }\n`,
  ],
};

describe.each(Object.entries(FILES))('an input of %s that is called like what every object has', (_, [path, write]) => {
  const read = (name: string, more: string, value: string) =>
    readJobs(path, write(name, more), { event: 'manual', options: { [`input.${name}`]: value } });

  it.each(NAMES)('is what is said of it: %s', async (name) => {
    const { a } = await read(name, '', 'live');
    expect([a?.job.environment, namesOf(a)]).toEqual(['live', []]);
  });

  it.each(NAMES)('is read in whatever form it is declared: %s', async (name) => {
    for (const more of ['', 'default: x', 'type: choice, options: [live, x]', "regex: '^l', default: x"]) {
      const [code] = await problemOf(() => read(name, more, 'live'));
      expect(code).toBe('none');
    }
  });

  it('is refused what it does not take', async () => {
    const type = path === '.gitlab-ci.yml' ? '' : 'type: choice, ';
    const [code, message] = await problemOf(() => read('constructor', `${type}options: [live, x]`, 'other'));
    expect([code, message]).toEqual(['invalid_request', expect.stringContaining('is not one of live, x')]);
  });
});

describe.each(NAMES)('a name that every object has (%s)', (name) => {
  const read = (text: string) => readJobs('.github/workflows/x.yml', text);

  it('is read of a row of a matrix', async () => {
    const { a } = await read(
      `on: push\njobs: { a: { strategy: { matrix: { ${name}: [one, two] } }, environment: "\${{ matrix.${name} }}" } }\n`,
    );
    expect([a?.job.environment, namesOf(a), a?.rows]).toEqual([
      'one',
      [],
      ['one', 'two'].map((value) => Object.fromEntries([[name, value]])),
    ]);
  });

  it('is read of JSON that the file has', async () => {
    const { a } = await read(
      `on: push\njobs: { a: { environment: "\${{ fromJSON('{\\"${name}\\":\\"live\\"}').${name} }}" } }\n`,
    );
    expect([a?.job.environment, namesOf(a), a?.warnings]).toEqual(['live', [], []]);
  });

  it.each(['github', 'github.event', 'vars', 'needs', 'needs.plan.outputs'])(
    'is named as not known where the platform alone knows it: %s',
    async (context) => {
      const { a } = await read(`on: push\njobs: { a: { environment: "\${{ ${context}.${name} }}" } }\n`);
      expect([a?.job.environment, namesOf(a)]).toEqual([`\${{ ${context}.${name} }}`, [`${context}.${name}`]]);
    },
  );

  it('is nothing where the file has nothing of that name, and no function or context', async () => {
    const { a, b } = await read(
      [
        'on: { workflow_dispatch: { inputs: { x: {} } } }',
        'jobs:',
        `  a: { environment: "x\${{ inputs.${name} }}\${{ matrix.${name} }}" }`,
        `  b: { environment: "\${{ ${name}.x }}\${{ ${name}() }}" }`,
      ].join('\n'),
    );
    expect([a?.job.environment, namesOf(a)]).toEqual(['x', []]);
    expect(b?.warnings.filter((text) => text.includes('the platform refuses'))).toHaveLength(2);
  });

  it('is an ID token of GitLab', async () => {
    const { a } = await readJobs('.gitlab-ci.yml', `a: { script: x, id_tokens: { ${name}: { aud: https://x } } }\n`);
    expect(Object.entries(a?.job.workflow?.idTokens ?? {})).toEqual([[name, 'https://x']]);
  });
});
