import { Option } from 'commander';
import { MintmarkError } from '../../problem.ts';
import { redactSecrets } from '../../token/redact.ts';
import { showSafely } from '../../token/safe-text.ts';
import { type AddCommand, collect, showExamples } from '../command-entry.ts';
import { readToken } from '../files/token-input.ts';
import { FLAGGED_CLAIMS, type FlaggedClaim, nameFlag, readPins } from '../judging/oidc-pins.ts';
import { OUTPUTS, type Output } from '../judging/show-execution.ts';
import { SuperplaneFault } from '../judging/superplane-fault.ts';
import { chooseSuperplaneUrl, DEFAULT_SUPERPLANE_URL, SUPERPLANE_CONFIG } from '../judging/superplane-url.ts';
import { warnOfBlankClaims, warnOfPins } from '../judging/warn-of-pins.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import type { Session } from '../session.ts';

interface OidcVerifyOptions {
  readonly token?: string;
  readonly url?: string;
  readonly audience?: string;
  readonly claim?: readonly string[];
  readonly output?: Output;
  readonly explain?: true;
  readonly config?: string;
}

/** SuperPlane's name of the parameter when it was first reviewed, then the one that it was merged with. */
const TOKEN_VARIABLES = ['SUPERPLANE_OIDC_TOKEN', 'SUPERPLANE_OIDC_ASSERTION'];

export const addOidc: AddCommand = (program, run) => {
  const oidc = program
    .command('oidc')
    .description("What SuperPlane's command line has for CI jobs, with the same flags, texts and exit codes.")
    .addHelpText('after', showExamples('oidc verify --audience semaphore --claim ref=refs/heads/main'));

  const verify = oidc
    .command('verify')
    .summary('let a job go on only with a token that was made for it')
    .description(
      'Verifies a SuperPlane execution token by discovery and keys of its issuer, then by its pinned claims.\n' +
        'Prints `Token verified`, or on stderr `token verification failed` and nothing more.\n' +
        'RS256 with a kid only; an expired token is refused at once, one from a clock up to 5 minutes ahead is not.\n' +
        'A pin is text: a claim that is missing counts as empty. Write pins as literals, never as variables of the job.\n' +
        'Exits with 1 for all that SuperPlane refuses, a missing token or audience, a claim of another form and a bad ' +
        'discovery document too; with 2 for other mistakes, and with 3 when the issuer does not answer.',
    )
    .option('--token <token>', `the token; - is standard input (default: $${TOKEN_VARIABLES.join(', then $')})`)
    .option(
      '--url <url>',
      `issuer (default: $SUPERPLANE_URL, the current context, ${DEFAULT_SUPERPLANE_URL})`,
      parseNonEmpty,
    )
    .option('--audience <audience>', 'who the token is for; required')
    .option('--claim <key=value>', 'a claim that must have this value; the last one of a key counts', collect);
  for (const claim of FLAGGED_CLAIMS) verify.option(`--${nameFlag(claim)} <value>`, `as --claim ${claim}=<value>`);
  verify
    .addOption(new Option('-o, --output <format>', 'what to print of a good token').choices(OUTPUTS))
    .option('-v, --explain', 'show every check, and what failed, on stderr')
    .option(
      '--config <file>',
      `its current context names the issuer (default: $HOME/${SUPERPLANE_CONFIG})`,
      parseNonEmpty,
    )
    .addHelpText(
      'after',
      showExamples(
        'oidc verify --url http://localhost:6468/issuers/superplane --audience semaphore',
        'oidc verify --audience semaphore --pipeline-file .semaphore/deploy.yml --ref refs/heads/main',
        'oidc verify --audience semaphore --claim node_id=deploy -o json',
      ),
    )
    .action((options: OidcVerifyOptions) =>
      run(async (session) => {
        try {
          return await verifyExecution(session, options, readFlags(verify.opts()));
        } catch (error) {
          if (error instanceof SuperplaneFault) return tellFault(session, error);
          throw error;
        }
      }),
    );
};

/** In SuperPlane's order: URL, token, audience, form of the claims; only then the network. */
async function verifyExecution(
  session: Session,
  options: OidcVerifyOptions,
  flags: ReadonlyMap<FlaggedClaim, string>,
): Promise<number> {
  const { output, explain = false } = options;
  if (session.json && output !== undefined) throw new MintmarkError('usage', 'give either --json or --output');
  const issuer = await chooseSuperplaneUrl(session.io.env, options);
  const token = await findToken(session, options.token);
  if (!options.audience) throw new SuperplaneFault('audience is required (use --audience)');
  const pins = readPins(options.claim ?? [], flags);
  warnOfBlankClaims(session, options.claim ?? []);
  warnOfPins(session, pins);
  const { judgeExecution } = await import('../judging/judge-execution.ts');
  const { showExecution } = await import('../judging/show-execution.ts');
  const found = await judgeExecution(session, { token, issuer, audience: options.audience, pins });
  return await showExecution(session, found, { output: output ?? 'text', explain });
}

/** A flag that is there but empty is a missing token: it must not fall through to one in the environment. */
async function findToken(session: Session, given: string | undefined): Promise<string> {
  const { env } = session.io;
  const token = given ?? TOKEN_VARIABLES.map((name) => env[name]).find(Boolean);
  if (!token) throw new SuperplaneFault('token is required (use --token or SUPERPLANE_OIDC_ASSERTION)');
  return given === undefined ? token : await readToken(session.io, { token });
}

function readFlags(options: Readonly<Record<string, unknown>>): ReadonlyMap<FlaggedClaim, string> {
  const toMember = (claim: string): string => claim.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return new Map(
    FLAGGED_CLAIMS.flatMap((claim): [FlaggedClaim, string][] => {
      const value = options[toMember(claim)];
      return typeof value === 'string' ? [[claim, value]] : [];
    }),
  );
}

function tellFault(session: Session, { code, message }: SuperplaneFault): number {
  const text = redactSecrets(message);
  session.tell(session.json ? JSON.stringify({ error: { code, message: text } }) : showSafely(text));
  return 1;
}
