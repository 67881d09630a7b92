import { z } from 'zod';
import * as jobs from './jobs.ts';
import * as resource from './resources.ts';
import * as superplane from './superplane.ts';
import { verdict, verifyRequest } from './verdict.ts';

/**
 * Every control operation, once. HTTP routes, OpenAPI, JSON-RPC methods and the client's types are all read off this
 * table. `input` holds path, query and body members side by side: names in `path` braces come from the path, the rest
 * from the query (GET) or the JSON body.
 */
interface OperationShape {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `<base>/api/v1`. */
  readonly path: string;
  readonly summary: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** Success status; 200 unless said. */
  readonly status?: 201;
}

const define = <const O extends Record<string, OperationShape>>(table: O): O => table;

const none = z.strictObject({});
const ofIssuer = { slug: resource.slug };
const ofKey = { slug: resource.slug, kid: z.string().min(1).max(256) };
const ttl = z.number().int();

export const OPERATIONS = define({
  status: {
    method: 'GET',
    path: '/status',
    summary: 'What runs here',
    input: none,
    output: resource.daemonStatus,
  },
  'daemon.stop': {
    method: 'POST',
    path: '/stop',
    summary: 'End the daemon cleanly',
    input: none,
    output: z.object({ stopping: z.literal(true) }),
  },
  'issuers.list': {
    method: 'GET',
    path: '/issuers',
    summary: 'List issuers',
    input: z.strictObject(resource.pageQuery),
    output: resource.page(resource.issuer),
  },
  'issuers.create': {
    method: 'POST',
    path: '/issuers',
    summary: 'Create an issuer with its first signing key',
    status: 201,
    input: z.strictObject({
      slug: resource.slug,
      platform: resource.platformName.default('generic'),
      alg: resource.signingAlgorithm.optional(),
      tokenTtlSeconds: ttl.optional(),
      /** Of the platform (`platforms.list` names them): every job of the issuer has them unless it says otherwise. */
      options: jobs.jobQuery.options,
    }),
    output: resource.issuer,
  },
  'issuers.show': {
    method: 'GET',
    path: '/issuers/{slug}',
    summary: 'Show an issuer and its keys',
    input: z.strictObject(ofIssuer),
    output: resource.issuer,
  },
  'issuers.configure': {
    method: 'POST',
    path: '/issuers/{slug}/options',
    summary: 'Change options of an issuer; `confirm` when its real issuer changes with them',
    input: z.strictObject({
      ...ofIssuer,
      options: jobs.jobQuery.options.unwrap(),
      confirm: z.boolean().default(false),
    }),
    output: z.object({ issuer: resource.issuer, warnings: z.array(z.string()) }),
  },
  'issuers.delete': {
    method: 'DELETE',
    path: '/issuers/{slug}',
    summary: 'Delete an issuer: its tokens are refused from then on, its slug can be used again',
    input: z.strictObject(ofIssuer),
    output: z.object({ deleted: z.literal(true) }),
  },
  'keys.list': {
    method: 'GET',
    path: '/issuers/{slug}/keys',
    summary: 'List signing keys, the active one first',
    input: z.strictObject({
      ...ofIssuer,
      ...resource.pageQuery,
      /** Without it all of them: whoever looks for a key should not have to page. */
      limit: z.coerce.number().int().min(1).max(500).optional(),
    }),
    output: resource.page(resource.key),
  },
  'keys.rotate': {
    method: 'POST',
    path: '/issuers/{slug}/keys/rotate',
    summary:
      'Publish a new key and sign with it; `prepublish`: only publish it; `activateAfterSeconds`: sign after so long',
    input: z.strictObject({
      ...ofIssuer,
      alg: resource.signingAlgorithm.optional(),
      prepublish: z.boolean().default(false),
      activateAfterSeconds: resource.activationDelay.optional(),
    }),
    output: resource.key,
  },
  'keys.activate': {
    method: 'POST',
    path: '/issuers/{slug}/keys/{kid}/activate',
    summary: 'Sign with a published key from now on',
    input: z.strictObject(ofKey),
    output: resource.key,
  },
  'keys.plan': {
    method: 'POST',
    path: '/issuers/{slug}/keys/{kid}/plan',
    summary: 'Let a published key sign by itself after so long; null takes that back: it stays published and waits',
    input: z.strictObject({ ...ofKey, activateAfterSeconds: resource.activationDelay.nullable() }),
    output: resource.key,
  },
  'keys.retire': {
    method: 'POST',
    path: '/issuers/{slug}/keys/{kid}/retire',
    summary: 'Take a key that no longer signs out of the JWKS: its tokens are refused from then on',
    input: z.strictObject(ofKey),
    output: resource.key,
  },
  'keys.revoke': {
    method: 'POST',
    path: '/issuers/{slug}/keys/{kid}/revoke',
    summary: 'Revoke a key everywhere at once; an active one is replaced in the same step',
    input: z.strictObject(ofKey),
    output: resource.key,
  },
  'keys.import': {
    method: 'POST',
    path: '/issuers/{slug}/keys/import',
    summary: 'Import a private signing key (PKCS#1 or PKCS#8 PEM, or a JWK)',
    status: 201,
    input: z.strictObject({
      ...ofIssuer,
      pem: z.string().max(65_536).optional(),
      jwk: z.record(z.string(), z.unknown()).optional(),
      alg: resource.signingAlgorithm.optional(),
      kid: z.string().min(1).max(256).optional(),
      activate: z.boolean().default(false),
    }),
    output: resource.key,
  },
  'keys.importDirectory': {
    method: 'POST',
    path: '/issuers/{slug}/keys/import-directory',
    summary:
      'Import a directory of private keys (PKCS#1 or PKCS#8 PEM) as the platform has it: the last one signs, or none',
    status: 201,
    input: z.strictObject({
      ...ofIssuer,
      files: z
        .array(z.strictObject({ name: z.string().min(1).max(255), pem: z.string().max(65_536) }))
        .min(1)
        .max(256),
    }),
    output: resource.page(resource.key).extend({
      /** Files that hold no key, where the platform passes over them. */
      skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
    }),
  },
  'keys.export': {
    method: 'POST',
    path: '/issuers/{slug}/keys/{kid}/export',
    summary: 'Export a key; the private half only when `confirm` repeats the kid',
    input: z.strictObject({
      ...ofKey,
      format: z.enum(['jwk', 'pem']).default('jwk'),
      private: z.boolean().default(false),
      confirm: z.string().max(256).optional(),
    }),
    output: z.object({ kid: z.string(), format: z.enum(['jwk', 'pem']), private: z.boolean(), key: z.unknown() }),
  },
  'keys.schedule': {
    method: 'POST',
    path: '/issuers/{slug}/keys/schedule',
    summary: 'Rotate by schedule; `everySeconds: null` ends it',
    input: z.strictObject({ ...ofIssuer, everySeconds: z.number().int().min(0).max(31_536_000).nullable() }),
    output: resource.issuer,
  },
  'master.rotate': {
    method: 'POST',
    path: '/master-key/rotate',
    summary: 'Wrap every private key with a new key-encryption key',
    input: none,
    output: z.object({ id: z.string(), rewrapped: z.number().int() }),
  },
  'tokens.mint': {
    method: 'POST',
    path: '/issuers/{slug}/tokens',
    summary: 'Mint a token; durable before it is answered',
    status: 201,
    input: z.strictObject({
      ...ofIssuer,
      subject: z.string().min(1).max(255).optional(),
      audience: z.union([z.string().min(1).max(2048), z.array(z.string().min(1).max(2048)).min(1).max(64)]).optional(),
      claims: z.record(z.string().min(1).max(256), z.json()).optional(),
      header: z.record(z.string().min(1).max(64), z.json()).optional(),
      ttlSeconds: ttl.optional(),
      ...jobs.jobQuery,
      /** Carry the platform's real `iss`, marked in the header: for trust rules, not for any service. */
      lookAlike: z.boolean().optional(),
    }),
    output: resource.mintedToken,
  },
  'tokens.list': {
    method: 'GET',
    path: '/tokens',
    summary: 'List token records, newest first',
    input: z.strictObject({ ...resource.pageQuery, issuer: resource.slug.optional() }),
    output: resource.page(resource.tokenRecord),
  },
  'tokens.show': {
    method: 'GET',
    path: '/tokens/{jti}',
    summary: 'Show the record of a token',
    input: z.strictObject({ jti: z.string().min(1).max(128) }),
    output: resource.tokenRecord,
  },
  'tokens.revoke': {
    method: 'POST',
    path: '/tokens/{jti}/revoke',
    summary: 'Refuse a token from now on',
    input: z.strictObject({ jti: z.string().min(1).max(128) }),
    output: resource.tokenRecord,
  },
  'platforms.list': {
    method: 'GET',
    path: '/platforms',
    summary: 'What can be emulated, with options, events and claims',
    input: none,
    output: z.object({ items: z.array(jobs.platformInfo), nextCursor: z.null() }),
  },
  'jobs.describe': {
    method: 'POST',
    path: '/issuers/{slug}/jobs/describe',
    summary: "What a job's token would say, or why it would get none; nothing is minted",
    input: z.strictObject({ ...ofIssuer, ...jobs.jobQuery }),
    output: jobs.jobDescription,
  },
  'jobs.list': {
    method: 'POST',
    path: '/issuers/{slug}/jobs/list',
    summary: 'Every job of a workflow file with its description',
    input: z.strictObject({
      ...ofIssuer,
      ...jobs.jobInFile,
      /** Absolute path of the workflow file. */
      file: z.string().min(1).max(4_096),
      /** Its text where that is not yet on the disk. */
      text: z.string().max(1_048_576).optional(),
    }),
    output: z.object({ items: z.array(jobs.workflowJob), nextCursor: z.null() }),
  },
  'runs.list': {
    method: 'GET',
    path: '/runs',
    summary: 'Simulated jobs, newest first',
    input: z.strictObject(resource.pageQuery),
    output: resource.page(jobs.run),
  },
  'runs.start': {
    method: 'POST',
    path: '/issuers/{slug}/runs',
    summary: 'Start a simulated job: its environment, and a request token that ends with it',
    status: 201,
    input: z.strictObject({
      ...ofIssuer,
      ...jobs.jobQuery,
      audience: z.union([z.string().min(1).max(2048), z.array(z.string().min(1).max(2048)).min(1).max(64)]).optional(),
      /** Absolute directory that is the run's own: token files and sockets go there. */
      runDirectory: z.string().min(1).max(4_096),
      /** Absolute directory that the job works in; `directory` without it. */
      workspace: z.string().min(1).max(4_096).optional(),
      /** It ends by itself when it is not renewed for so long. */
      leaseSeconds: jobs.leaseSeconds.default(60),
      /** Address of the peer that may ask for tokens, where the platform looks at it (Miren). */
      address: z.string().max(64).optional(),
    }),
    output: jobs.startedRun,
  },
  'runs.renew': {
    method: 'POST',
    path: '/runs/{id}/renew',
    summary: 'Keep a run alive, with fresh token files',
    input: z.strictObject({
      id: z.string().min(1).max(64),
      /** With it the answer has fresh token files: the daemon keeps no secret of a run to make them with. */
      requestToken: z.string().min(1).max(128).optional(),
    }),
    output: z.object({
      run: jobs.run,
      files: z.array(jobs.runFile),
      /** The daemon's time, by which token files become due. */
      now: z.string(),
    }),
  },
  'runs.end': {
    method: 'POST',
    path: '/runs/{id}/end',
    summary: 'End a run: its request token stops working',
    input: z.strictObject({ id: z.string().min(1).max(64) }),
    output: jobs.run,
  },
  'superplane.runWorkflow': {
    method: 'POST',
    path: '/issuers/{slug}/executions',
    summary: 'Execute a node of a SuperPlane canvas: sign its token and start a Semaphore workflow with it',
    status: 201,
    input: superplane.workflowRequest,
    output: superplane.startedWorkflow,
  },
  'superplane.executions': {
    method: 'GET',
    path: '/issuers/{slug}/executions',
    summary: 'Executions of SuperPlane since the daemon started, newest first',
    input: z.strictObject(ofIssuer),
    output: z.object({ items: z.array(superplane.execution), nextCursor: z.null() }),
  },
  'superplane.requests': {
    method: 'GET',
    path: '/issuers/{slug}/semaphore-requests',
    summary: 'What the stub of Semaphore below the issuer was asked since the daemon started, newest first',
    input: z.strictObject(ofIssuer),
    output: z.object({ items: z.array(superplane.stubRequest), nextCursor: z.null() }),
  },
  verify: {
    method: 'POST',
    path: '/verify',
    summary: 'Verify a token; a bad token is a verdict, not an error',
    input: verifyRequest,
    output: verdict,
  },
  'events.list': {
    method: 'GET',
    path: '/events',
    summary: 'The event log after `since`, oldest first',
    input: z.strictObject({
      ...resource.pageQuery,
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      since: z.coerce.number().int().min(0).default(0),
    }),
    output: resource.page(resource.event),
  },
  'clock.show': {
    method: 'GET',
    path: '/clock',
    summary: "The daemon's time",
    input: none,
    output: resource.clockState,
  },
  'clock.set': {
    method: 'POST',
    path: '/clock',
    summary: 'Freeze, move or reset the time (only with --clock-control)',
    input: z.strictObject({
      /** true: freeze now; an instant: freeze there; false: let time run on from here. */
      freeze: z.union([z.boolean(), z.iso.datetime()]).optional(),
      advanceSeconds: z.number().min(0).max(3_153_600_000).optional(),
      reset: z.boolean().optional(),
    }),
    output: resource.clockState,
  },
});

export type OperationName = keyof typeof OPERATIONS;
/** What a caller passes: defaults may be left out. */
export type OperationInput<N extends OperationName> = z.input<(typeof OPERATIONS)[N]['input']>;
/** What a handler receives: parsed, defaults filled in. */
export type OperationRequest<N extends OperationName> = z.output<(typeof OPERATIONS)[N]['input']>;
export type OperationOutput<N extends OperationName> = z.output<(typeof OPERATIONS)[N]['output']>;
