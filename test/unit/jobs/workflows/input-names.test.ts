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

  // Expressions of GitHub are evaluated by its own library, which has no member that is called `constructor`.
  const readable = path === '.gitlab-ci.yml' ? NAMES.slice(0, 3) : NAMES.slice(1, 3);
  it.each(readable)('is what is said of it: %s', async (name) => {
    const { a } = await read(name, '', 'live');
    expect([a?.job.environment, namesOf(a)]).toEqual(['live', []]);
  });

  it.each(NAMES)('is read, or told not to be there, in whatever form it is declared: %s', async (name) => {
    for (const more of ['', 'default: x', 'type: choice, options: [live, x]', "regex: '^l', default: x"]) {
      const [code] = await problemOf(() => read(name, more, 'live'));
      expect(code).toBe(name === '__proto__' ? 'invalid_request' : 'none');
    }
  });

  it('is refused what it does not take', async () => {
    const type = path === '.gitlab-ci.yml' ? '' : 'type: choice, ';
    const [code, message] = await problemOf(() => read('constructor', `${type}options: [live, x]`, 'other'));
    expect([code, message]).toEqual(['invalid_request', expect.stringContaining('is not one of live, x')]);
  });
});
