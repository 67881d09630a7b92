import { beforeAll, describe, expect, it } from 'vitest';
import { expectStatus, fetchJwks } from '../../support/daemon.ts';
import { raiseStage } from './support/stage.ts';

/** What jobs of every platform get, as whoever verifies it with somebody else's code sees it. */
const stage = raiseStage();

interface PlatformInfo {
  readonly name: string;
  readonly claims: { readonly name: string; readonly type: string }[];
}
let platforms: PlatformInfo[];
beforeAll(async () => {
  platforms = expectStatus<{ items: PlatformInfo[] }>(await stage.daemon.control('GET', '/platforms'), 200).items;
});

interface Golden {
  /** Registered claims (RFC 7519) that a token of the platform has besides `iss`, `sub`, `aud`, `exp` and `iat`. */
  readonly also: readonly ('nbf' | 'jti')[];
  /** Options of jobs that have, together, all the platform's claims. */
  readonly jobs: readonly string[];
  /** `aud` is a list even of one. */
  readonly lists?: true;
  /** Claims that a job has to ask for. */
  readonly onRequest?: readonly string[];
}

const BUILDKITE_ON_REQUEST = [
  ...['organization_id', 'pipeline_id', 'build_id', 'cluster_id', 'cluster_name', 'queue_id', 'queue_key'],
  'https://aws.amazon.com/tags',
];
const GITLAB_JOB = 'environment=production --set user-identities=github:2435223 --set groups-direct=acme,acme/platform';

const GOLDEN: Record<string, Golden> = {
  generic: { also: ['nbf', 'jti'], jobs: [''] },
  'github-actions': { also: ['nbf', 'jti'], jobs: ['--set environment=production --set enterprise=acme-corp', ''] },
  gitlab: { also: ['nbf', 'jti'], jobs: [`--set ${GITLAB_JOB}`, ''] },
  semaphore: { also: ['nbf', 'jti'], jobs: ['--set aws-tags=true', ''] },
  superplane: { also: ['nbf'], jobs: [''] },
  miren: {
    also: ['nbf', 'jti'],
    jobs: ['--set organization-id=org_1 --set cluster-id=cl_1', '--set system-workload=telemetrywriter'],
    lists: true,
  },
  circleci: { also: [], jobs: [''] },
  buildkite: { also: ['nbf'], jobs: ['--event tag --ref refs/tags/v1.0.0', ''], onRequest: BUILDKITE_ON_REQUEST },
  bitbucket: { also: [], jobs: ['--set environment=production', ''] },
  'azure-devops': { also: ['nbf', 'jti'], jobs: [''] },
  kubernetes: { also: ['nbf', 'jti'], jobs: [''], lists: true },
  terraform: { also: ['nbf', 'jti'], jobs: [''] },
  forgejo: { also: ['nbf'], jobs: [''] },
  'google-metadata': { also: [], jobs: [''] },
  fly: { also: ['nbf', 'jti'], jobs: [''] },
  vercel: { also: ['nbf'], jobs: [''] },
  jenkins: { also: [], jobs: [''], lists: true },
  spacelift: { also: ['nbf', 'jti'], jobs: ['--set subject-template=space:{spacePath}', ''] },
  depot: { also: [], jobs: [''], lists: true },
  codefresh: { also: [], jobs: ['--event manual', '--event pull_request'] },
};

it('every platform that is emulated has its row here', () => {
  expect(platforms.map(({ name }) => name)).toEqual(Object.keys(GOLDEN));
});

describe.each(Object.entries(GOLDEN))('%s', (name, { also, jobs, lists = false, onRequest = [] }) => {
  const registered = ['iss', 'sub', 'aud', 'exp', 'iat', ...also];

  it('gives tokens that jose verifies, whose claims are those that are listed, each of its type', async () => {
    const rules = new Map(
      platforms.find((platform) => platform.name === name)?.claims.map((rule) => [rule.name, rule.type]),
    );
    const seen = new Set<string>(onRequest);
    for (const options of jobs) {
      const { token, kid } = await stage.mint(['--as', name, ...options.split(' ').filter(Boolean)]);
      const claims = await stage.believe(name, token);
      const { keys } = await fetchJwks(stage.issuer(name));
      expect(keys.map((key) => key.kid)).toContain(kid);
      const own = Object.entries(claims).filter(([claim]) => !registered.includes(claim));
      expect(own.filter(([claim, value]) => !isOfType(value, rules.get(claim)))).toEqual([]);
      expect(Object.keys(claims)).toEqual(expect.arrayContaining(registered));
      expect(Array.isArray(claims.aud)).toBe(lists);
      for (const [claim] of own) seen.add(claim);
    }
    expect([...seen].toSorted()).toEqual([...rules.keys()].toSorted());
  });
});

/** By the words of `platforms.list`; a claim that is not listed has no type. */
function isOfType(value: unknown, type: string | undefined): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'string-or-null':
      return typeof value === 'string' || value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return false;
  }
}
