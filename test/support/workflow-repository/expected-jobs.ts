import { withExpressions } from './files.ts';

/** The six ways in which a job starts, in neutral words. */
export const EVENTS = ['push', 'tag', 'pull_request', 'fork', 'schedule', 'manual'] as const;
export type StartEvent = (typeof EVENTS)[number];

/** What a job of `WORKFLOW_FILES` is expected to be, whatever starts it. */
export interface ExpectedJob {
  readonly environment: string | null;
  /** Does the file grant `id-token: write`? null: it says nothing. */
  readonly idToken: boolean | null;
  /** `{ref}` stands for the ref of the run. */
  readonly reusableWorkflow: string | null;
  /** Names of what only the platform knows. */
  readonly unknowns: readonly string[];
  /** Events for which its `if`, or that of a job that it needs, is false. */
  readonly skippedFor: readonly StartEvent[];
  /** What differs by event. */
  readonly differs: Readonly<Partial<Record<StartEvent, { environment?: string; unknowns?: readonly string[] }>>>;
}

const granted: ExpectedJob = {
  environment: null,
  idToken: true,
  reusableWorkflow: null,
  unknowns: [],
  skippedFor: [],
  differs: {},
};
const refused: ExpectedJob = { ...granted, idToken: false };
const inEnvironment = (environment: string, unknowns: readonly string[] = []): ExpectedJob => ({
  ...granted,
  environment,
  unknowns,
});
const called = (file: string, ref = '{ref}'): string => `acme/widgets/.github/workflows/reusable-${file}.yml@${ref}`;
const shared = (ref: string): string => `octo-org/shared/.github/workflows/deploy.yml@${ref}`;
/** An expression as the file has it. */
const written = (expression: string): string => withExpressions(`[[ ${expression} ]]`);

const NO_PULL_REQUEST = ['push', 'tag', 'schedule', 'manual'] as const;
const NO_SCHEDULE = ['push', 'tag', 'pull_request', 'fork', 'manual'] as const;

/** File → events of the six that start it. */
export const STARTING_EVENTS: Readonly<Record<string, readonly StartEvent[]>> = {
  '.github/workflows/ci.yml': ['push', 'pull_request', 'fork', 'schedule', 'manual'],
  '.github/workflows/deploy.yml': ['push', 'tag', 'manual'],
  '.github/workflows/release.yml': ['tag', 'manual'],
};

/** File → job → what it is. */
export const EXPECTED_JOBS: Readonly<Record<string, Readonly<Record<string, ExpectedJob>>>> = {
  '.github/workflows/ci.yml': {
    lint: refused,
    test: granted,
    build: granted,
    preview: {
      ...inEnvironment('preview-'),
      skippedFor: NO_PULL_REQUEST,
      differs: { pull_request: { environment: 'preview-7' }, fork: { environment: 'preview-7' } },
    },
    'greet-forks': { ...granted, skippedFor: [...NO_PULL_REQUEST, 'pull_request'] },
    nightly: { ...inEnvironment('nightly'), skippedFor: NO_SCHEDULE },
    report: { ...granted, skippedFor: NO_SCHEDULE },
    'clean-up': granted,
    audit: refused,
    format: refused,
  },
  '.github/workflows/deploy.yml': {
    plan: { ...granted, skippedFor: ['manual'] },
    production: inEnvironment('production'),
    chosen: { ...inEnvironment('production'), differs: { manual: { environment: 'staging' } } },
    'by-ref': {
      ...inEnvironment('staging-main'),
      differs: {
        tag: { environment: 'production' },
        pull_request: { environment: 'staging-7/merge' },
        fork: { environment: 'staging-7/merge' },
      },
    },
    'by-variable': inEnvironment(written('vars.TARGET'), ['vars.TARGET']),
    'by-region': inEnvironment(`${written('vars.REGION')}-acme`, ['vars.REGION']),
    'by-plan': {
      ...inEnvironment(written('needs.plan.outputs.environment'), ['needs.plan.outputs.environment']),
      skippedFor: ['manual'],
    },
    'by-ticket': {
      ...inEnvironment('ticket-'),
      differs: { manual: { environment: `ticket-${written('inputs.ticket')}`, unknowns: ['inputs.ticket'] } },
    },
    stages: inEnvironment('staging'),
    targets: {
      ...inEnvironment(written('matrix.target'), ['needs.plan.outputs.targets', 'matrix.target']),
      skippedFor: ['manual'],
    },
    colon: inEnvironment('eu:west'),
    unset: granted,
    cautious: { ...inEnvironment('production'), idToken: false },
  },
  '.github/workflows/release.yml': {
    'publish/upload': { ...inEnvironment('npm'), reusableWorkflow: called('publish') },
    'publish/announce': { ...granted, reusableWorkflow: called('publish') },
    'unpermitted/upload': { ...inEnvironment('npm'), idToken: false, reusableWorkflow: called('publish') },
    'unpermitted/announce': { ...granted, idToken: null, reusableWorkflow: called('publish') },
    'by-variable/upload': {
      ...inEnvironment(written('inputs.environment'), ['vars.TARGET']),
      reusableWorkflow: called('publish'),
    },
    'by-variable/announce': { ...granted, reusableWorkflow: called('publish') },
    'nested/check': { ...refused, reusableWorkflow: called('nested') },
    'nested/inner/upload': { ...inEnvironment('production-npm'), reusableWorkflow: called('publish') },
    'nested/inner/announce': { ...granted, reusableWorkflow: called('publish') },
    'stable/upload': { ...inEnvironment('test-registry'), reusableWorkflow: called('publish', 'refs/heads/stable') },
    'stable/announce': { ...granted, reusableWorkflow: called('publish', 'refs/heads/stable') },
    shared: {
      ...granted,
      reusableWorkflow: shared('refs/tags/v1'),
      unknowns: ['@v1', `jobs of ${shared('refs/tags/v1')}`],
    },
    pinned: {
      ...granted,
      reusableWorkflow: shared('7929bf4465790ad6f6b9fb3a4f1195518f99b212'),
      unknowns: [`jobs of ${shared('7929bf4465790ad6f6b9fb3a4f1195518f99b212')}`],
    },
  },
};
