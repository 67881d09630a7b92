import { MintmarkError } from '../../problem.ts';
import { findIssuerUrlFault } from '../../verify/issuer-url.ts';
import { type AddCommand, collect, showExamples } from '../command-entry.ts';
import { readToken } from '../files/token-input.ts';
import { judge, type VerifyQuestion } from '../judging/judge.ts';
import { showVerdict } from '../judging/show-verdict.ts';
import { warnOfPins } from '../judging/warn-of-pins.ts';
import { watchVerdict } from '../judging/watch-verdict.ts';
import { collectPairs, parsePinnedClaims } from '../options/claim-options.ts';
import { parseDuration } from '../options/duration.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import type { Session } from '../session.ts';

interface VerifyOptions {
  readonly url?: string;
  readonly audience?: readonly string[];
  readonly claim?: readonly string[];
  readonly requireClaim?: readonly string[];
  readonly jwks?: string;
  readonly alg?: readonly string[];
  readonly leeway?: number;
  readonly type?: string;
  readonly maxLifetime?: number;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly explain?: true;
  readonly watch?: true;
}

/** Where a job of an emulated system finds its token, then our own (CONTRACT §3). */
const TOKEN_VARIABLES = ['SUPERPLANE_OIDC_TOKEN', 'SUPERPLANE_OIDC_ASSERTION', 'MINTMARK_TOKEN'];

export const addVerify: AddCommand = (program, run) => {
  program
    .command('verify [token]')
    .description(
      'Verifies a token: discovery and keys of its issuer, then every check.\n' +
        'Prints `Token verified`, or on stderr `token verification failed` and nothing more.\n' +
        'A token of your own daemon is judged by that daemon, with --jwks too; while it is away it stays undecided (exit 3).\n' +
        `The token is the argument (- is standard input), --token, --token-file, or in $${TOKEN_VARIABLES.join(', $')}.`,
    )
    .option('--url <issuer>', 'issuer URL, exactly as in `iss`')
    .option('--audience <audience>', 'who the token is for; repeated, one is enough', collect)
    .option('--claim <name=value>', 'a claim that must have this value', collect)
    .option('--require-claim <name>', 'a claim that must be there and not be empty', collectNonEmpty)
    .option(
      '--jwks <file|url>',
      'use these keys instead of discovery; of its own tokens your daemon still says what it revoked',
    )
    .option('--alg <alg>', 'accept only these algorithms', collect)
    .option('--leeway <duration>', 'tolerance for clocks (default: 0s)', parseDuration)
    .option('--type <typ>', 'expected `typ` (default: JWT or none)')
    .option('--max-lifetime <duration>', 'longest accepted life (default: 24h)', parseDuration)
    .option('--token <token>', 'the token')
    .option('--token-file <file>', 'read the token from a file')
    .option('--explain', 'show every check with its outcome')
    .option('--watch', 'follow the verdict live, until it is refused')
    .addHelpText(
      'after',
      showExamples(
        'verify "$TOKEN" --url http://localhost:6468/issuers/default --audience demo',
        'mint --aud demo | mintmark verify - --url http://localhost:6468/issuers/default --audience demo --explain',
        'verify --token-file t.jwt --jwks keys.json --audience demo --claim ref=refs/heads/main',
        'verify "$TOKEN" --url http://localhost:6468/issuers/miren --audience miren --require-claim app',
      ),
    )
    .action((argument: string | undefined, options: VerifyOptions) =>
      run(async (session) => await verify(session, argument, options)),
    );
};

function collectNonEmpty(value: string, previous?: readonly string[]): readonly string[] {
  return collect(parseNonEmpty(value), previous);
}

async function verify(session: Session, argument: string | undefined, options: VerifyOptions): Promise<number> {
  const { url, jwks, audience = [] } = options;
  if (audience.length === 0) throw new MintmarkError('usage', 'say with --audience who the token is for');
  if (url === undefined && jwks === undefined) throw new MintmarkError('usage', 'say with --url who issued the token');
  // With --jwks the issuer is only compared, and may be any text that an issuer calls itself.
  const fault = url === undefined || jwks !== undefined ? null : findIssuerUrlFault(url);
  if (fault !== null) throw new MintmarkError('usage', `--url: ${fault}`);
  if (options.watch && jwks !== undefined) throw new MintmarkError('usage', '--watch needs --url, not --jwks');
  const token = await readToken(session.io, { ...options, argument, variables: TOKEN_VARIABLES });
  const expect = readExpectation(options);
  warnOfPins(session, Object.entries(collectPairs(options.claim ?? [], '--claim', (text) => text)));
  if (options.watch) return await watchVerdict(session, { token, expect }, options.explain === true);
  const question: VerifyQuestion = { token, expect, ...(jwks !== undefined && { jwks }) };
  return showVerdict(session, await judge(session, question), options.explain === true);
}

function readExpectation(options: VerifyOptions): VerifyQuestion['expect'] {
  const { audience = [], alg = [], requireClaim = [] } = options;
  const claims = parsePinnedClaims(options.claim ?? []);
  return {
    ...(options.url !== undefined && { issuer: options.url }),
    audience: [...audience],
    ...(Object.keys(claims).length > 0 && { claims }),
    ...(requireClaim.length > 0 && { requiredClaims: [...requireClaim] }),
    ...(alg.length > 0 && { algorithms: [...alg] }),
    ...(options.leeway !== undefined && { leewaySeconds: options.leeway }),
    ...(options.type !== undefined && { type: options.type }),
    ...(options.maxLifetime !== undefined && { maxLifetimeSeconds: options.maxLifetime }),
  };
}
