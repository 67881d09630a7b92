import { verify, X509Certificate } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { startFulcio } from './support/fulcio.ts';
import { program, raiseStage, readAnswer } from './support/stage.ts';
import type { Stub } from './support/stub.ts';
import { writeWorkflow } from './support/workflow.ts';

/** `sign` of sigstore, which finds the identity of its job by its `CIContextProvider`, against a Fulcio of our own. */
const stage = raiseStage();
const PAYLOAD = 'widgets-1.0.0.tgz';
const fulcios: Stub[] = [];
afterEach(async () => {
  for (const fulcio of fulcios.splice(0)) await fulcio.close();
});

interface Signed {
  readonly bundle: {
    readonly verificationMaterial: {
      readonly x509CertificateChain: { readonly certificates: readonly { readonly rawBytes: string }[] };
    };
    readonly messageSignature: { readonly signature: string };
  };
}

/** A Fulcio that trusts one issuer, and names identities by a claim. */
async function openFulcio(slug: string, claim: string): Promise<Stub> {
  const fulcio = await startFulcio(
    (token) => stage.believe(slug, token, 'sigstore'),
    (claims) => `https://${String(claims[claim])}`,
  );
  fulcios.push(fulcio);
  return fulcio;
}

const signWith = ({ url }: Stub) => program('sign-with-sigstore.mjs', url, PAYLOAD);
const CODEFRESH_STEP = `
  answer=$(curl -sSf -H "Authorization: $CF_OIDC_REQUEST_TOKEN" "$CF_OIDC_REQUEST_URL?audience=sigstore")
  SIGSTORE_ID_TOKEN=$(echo "$answer" | sed 's/.*"id_token":"\\([^"]*\\)".*/\\1/') exec "$@"`;

it.each([
  [
    'github-actions',
    [],
    [],
    'job_workflow_ref',
    /^https:\/\/acme\/widgets\/\.github\/workflows\/.+@refs\/heads\/main$/,
  ],
  [
    'gitlab',
    ['--set', 'id-token=SIGSTORE_ID_TOKEN=sigstore'],
    [],
    'ci_config_ref_uri',
    /^https:\/\/.+acme\/widgets\/\//,
  ],
  ['buildkite', [], [], 'pipeline_slug', /^https:\/\/widgets$/],
  ['codefresh', [], ['/bin/sh', '-c', CODEFRESH_STEP, 'sh'], 'account_name', /^https:\/\/acme$/],
])('signs as a job: %s', async (platform, words, step, claim, identity) => {
  const fulcio = await openFulcio(platform, claim);
  const outcome = await stage.run(['--as', platform, ...words, '--', ...step, ...signWith(fulcio)]);
  const { verificationMaterial, messageSignature } = readAnswer<Signed>(outcome).bundle;
  const [leaf] = verificationMaterial.x509CertificateChain.certificates;
  const certificate = new X509Certificate(Buffer.from(leaf?.rawBytes ?? '', 'base64'));
  expect(certificate.subjectAltName?.replace(/^URI:/, '')).toMatch(identity);
  const signature = Buffer.from(messageSignature.signature, 'base64');
  expect(verify('sha256', Buffer.from(PAYLOAD), certificate.publicKey, signature)).toBe(true);
  expect(fulcio.seen).toHaveLength(1);
});

it('does not sign as a job that may not ask for tokens', async () => {
  const fulcio = await openFulcio('github-actions', 'job_workflow_ref');
  const { code, stderr } = await stage.run([...writeWorkflow(stage.directory)('forbidden'), '--', ...signWith(fulcio)]);
  expect(code).toBe(1);
  expect(stderr).toContain('IDENTITY_TOKEN_READ_ERROR');
  expect(stderr).toContain('CI: no tokens available');
  expect(fulcio.seen).toEqual([]);
});

it('does not sign with a token for somebody else', async () => {
  const fulcio = await openFulcio('gitlab', 'ci_config_ref_uri');
  const words = ['--as', 'gitlab', '--set', 'id-token=SIGSTORE_ID_TOKEN=npm:registry.example'];
  const { code, stderr } = await stage.run([...words, '--', ...signWith(fulcio)]);
  expect(code).toBe(1);
  expect(stderr).toContain('CA_CREATE_SIGNING_CERTIFICATE_ERROR');
});
