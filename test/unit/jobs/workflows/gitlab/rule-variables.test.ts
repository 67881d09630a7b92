import { describe, expect, it } from 'vitest';
import type { JobQuery } from '../../../../../daemon/protocol/jobs.ts';
import { namesOf, readJobs } from '../../fixtures.ts';

const PATH = '.gitlab-ci.yml';
const TAG: JobQuery = { event: 'tag', ref: 'refs/tags/v1.0.0' };
const MAIN: JobQuery = { options: { 'default-branch': 'main' } };

/** The environment of `deploy`, or what it depends on and nobody here knows. */
async function environmentOf(text: string, query: JobQuery = {}): Promise<string | null | readonly string[]> {
  const { deploy } = await readJobs(PATH, text, query);
  const names = namesOf(deploy) ?? [];
  return names.length > 0 ? names : (deploy?.job.environment ?? null);
}

describe('variables of rules', () => {
  // GitLab docs, "CI/CD YAML syntax reference", `workflow:rules:variables`
  const WORKFLOW = `
variables: { TIER: review }
workflow:
  rules:
    - if: $CI_COMMIT_TAG
      variables: { TIER: production }
    - if: $CI_COMMIT_BRANCH == "main"
      variables: { TIER: staging }
    - when: always
`;

  it.each<readonly [string, JobQuery, string]>([
    ['deploy: { script: x, environment: $TIER }', TAG, 'production'],
    ['deploy: { script: x, environment: $TIER }', {}, 'staging'],
    ['deploy: { script: x, environment: $TIER }', { ref: 'refs/heads/topic' }, 'review'],
    ['deploy: { script: x, environment: $TIER, variables: { TIER: own } }', TAG, 'own'],
    [
      'deploy: { script: x, environment: $TIER-$CI_JOB_NAME, inherit: { variables: [TIER] } }',
      TAG,
      'production-deploy',
    ],
    [
      'deploy: { script: x, environment: $TIER, variables: { TIER: own }, rules: [{ if: $CI_COMMIT_TAG, variables: { TIER: rule } }] }',
      TAG,
      'rule',
    ],
    ['deploy: { script: x, environment: $TIER, rules: [{ if: $TIER == "production" }] }', TAG, 'production'],
  ])('of the workflow stand below those of the job: %s, %j: %s', async (job, query, expected) => {
    expect(await environmentOf(`${WORKFLOW}${job}\n`, query)).toBe(expected);
  });

  it('are not inherited where the job says so', async () => {
    const job = 'deploy: { script: x, environment: $TIER, inherit: { variables: false } }';
    expect(await environmentOf(`${WORKFLOW}${job}\n`, TAG)).toEqual(['$TIER']);
  });

  it('are not known where nobody knows which rule holds, unless they all say the same', async () => {
    const write = (last: string): string => `
variables: { TIER: review }
deploy:
  script: x
  environment: $TIER
  rules:
    - if: $UNKNOWN
      variables: { TIER: production }
    - when: manual
      ${last}
`;
    expect(await environmentOf(write(''))).toEqual(['$UNKNOWN', '$TIER']);
    expect(await environmentOf(write('variables: { TIER: staging }'))).toEqual(['$UNKNOWN', '$TIER']);
    const { deploy } = await readJobs(PATH, write('variables: { TIER: production }'));
    expect([deploy?.job.environment, namesOf(deploy)]).toEqual(['production', ['$UNKNOWN']]);
  });

  it('that has its own name in its value is no reference to itself', async () => {
    expect(await environmentOf('deploy: { script: x, environment: $EU, variables: { EU: EU-west } }')).toBe('EU-west');
  });
});

describe('changes', () => {
  const write = (changes: string): string => `deploy: { script: x, rules: [{ changes: ${changes} }] }`;
  const OPEN = ['files that changed (changes)'];

  // GitLab docs, `rules:changes`: always true where there is no push event of a branch
  it.each<readonly [string, JobQuery, null | readonly string[]]>([
    ['[src/**]', {}, OPEN],
    ['[src/**]', { event: 'pull_request' }, OPEN],
    ['[src/**]', TAG, null],
    ['[src/**]', { event: 'schedule', ...MAIN }, null],
    ['{ paths: [src/**] }', { event: 'web' }, null],
    ['{ paths: [src/**], compare_to: main }', TAG, OPEN],
  ])('of %s for %j: %j', async (changes, query, expected) => {
    expect(await environmentOf(write(changes), query)).toEqual(expected);
  });
});

describe('a job with parallel: matrix', () => {
  const TEXT = `deploy:
  script: x
  environment: { name: $TIER/$REGION }
  parallel: { matrix: [{ REGION: [eu, us], TIER: prod }] }
`;

  it('says which environments its rows have, where none was asked for', async () => {
    const { deploy } = await readJobs(PATH, TEXT);
    expect([deploy?.job.environment, deploy?.warnings]).toEqual([
      'prod/eu',
      ['deploy.environment: the rows of the matrix have prod/eu, prod/us; prod/eu is taken'],
    ]);
    const asked = (await readJobs(PATH, TEXT, { matrix: { REGION: 'us' } })).deploy;
    expect([asked?.job.environment, asked?.warnings]).toEqual(['prod/us', []]);
  });
});

it('a job that starts another pipeline gets no token, whatever is said of its environment', async () => {
  const text = 'default: { id_tokens: { A: { aud: a } } }\nchild: { trigger: { include: child.yml } }\n';
  const { child } = await readJobs(PATH, text, { options: { environment: 'live' } });
  expect(child?.refusal).toMatchObject({ code: 'trigger' });
});
