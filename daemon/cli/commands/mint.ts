import { MintmarkError } from '../../problem.ts';
import { TokenError } from '../../token/errors.ts';
import { findInexactNumber, INEXACT_NUMBER } from '../../token/exact-numbers.ts';
import { isJsonObject, parseStrictJson } from '../../token/strict-json.ts';
import { collectPairs, type Json, parseMintedClaims } from '../claim-options.ts';
import { type AddCommand, collect, showExamples } from '../command-entry.ts';
import { parseDuration } from '../duration.ts';
import { parseNonEmpty } from '../parse-text.ts';
import { readSmallFile } from '../read-input.ts';

interface MintOptions {
  readonly issuer?: string;
  readonly as?: string;
  readonly sub?: string;
  readonly aud?: readonly string[];
  readonly claim?: readonly string[];
  readonly claimsFile?: string;
  readonly header?: readonly string[];
  readonly ttl?: number;
  readonly event?: string;
  readonly job?: string;
}

export const addMint: AddCommand = (program, run) => {
  program
    .command('mint')
    .summary('print a token')
    .description('Mints a token and prints it, nothing else. Its record is durable before it is printed.')
    .option('--issuer <slug>', 'who mints it (default: default)', parseNonEmpty)
    .option('--as <platform>', "that platform's first issuer, created when it is not there yet")
    .option('--sub <subject>', 'subject')
    .option('--aud <audience>', 'audience; may be repeated', collect)
    .option('--claim <name=value>', 'another claim; JSON is taken as JSON, anything else as text', collect)
    .option('--claims-file <file>', 'a JSON object of claims; --claim goes before it')
    .option('--header <name=value>', 'a header parameter', collect)
    .option('--ttl <duration>', 'how long it lives, such as 90s, 5m, 1h', parseDuration)
    .option('--event <event>', 'the event that triggered the job')
    .option('--job <file#job>', 'the workflow file and job')
    .addHelpText(
      'after',
      showExamples(
        'mint --sub repo:acme/shop --aud https://deploy.example --ttl 5m',
        'mint --issuer shop --aud a --aud b --claim ref=refs/heads/main --claim attempt=1',
        'mint --claim groups=\'["dev","ops"]\' --claim build=\'"42"\' --json',
      ),
    )
    .action((options: MintOptions) =>
      run(async (session) => {
        if (options.issuer !== undefined && options.as !== undefined) {
          throw new MintmarkError('usage', 'give either --issuer or --as');
        }
        if (options.as !== undefined) await requirePlatform(options.as);
        const [audience, ...others] = options.aud ?? [];
        const claims = { ...readClaimsFile(options.claimsFile), ...parseMintedClaims(options.claim ?? []) };
        const header = collectPairs(options.header ?? [], '--header', (text): Json => text);
        const minted = await session.call('tokens.mint', {
          slug: options.issuer ?? options.as ?? 'default',
          ...(options.sub !== undefined && { subject: options.sub }),
          ...(audience !== undefined && { audience: others.length === 0 ? audience : [audience, ...others] }),
          ...(Object.keys(claims).length > 0 && { claims }),
          ...(Object.keys(header).length > 0 && { header }),
          ...(options.ttl !== undefined && { ttlSeconds: options.ttl }),
          ...(options.event !== undefined && { event: options.event }),
          ...(options.job !== undefined && { job: options.job }),
        });
        session.print(minted, minted.token);
        return 0;
      }),
    );
};

/** An issuer may have any slug; a platform's name stands for the platform alone. */
async function requirePlatform(name: string): Promise<void> {
  const { PLATFORM_NAMES } = await import('../../protocol/resources.ts');
  if (PLATFORM_NAMES.some((known) => known === name)) return;
  throw new MintmarkError('platform_unknown', `there is no platform '${name}'; there are ${PLATFORM_NAMES.join(', ')}`);
}

function readClaimsFile(path: string | undefined): Record<string, Json> {
  if (path === undefined) return {};
  const text = readSmallFile(path).toString('utf8');
  let value: unknown;
  try {
    const inexact = findInexactNumber(text);
    if (inexact !== null) {
      throw new MintmarkError('invalid_request', `${path}: ${inexact.path.join('.')}: ${INEXACT_NUMBER}`);
    }
    value = parseStrictJson(text);
  } catch (cause) {
    if (!(cause instanceof TokenError)) throw cause;
    const line = text.slice(0, cause.offset ?? 0).split('\n').length;
    throw new MintmarkError('usage', `${path}:${line}: ${cause.message}`, { cause });
  }
  if (!isJsonObject(value)) throw new MintmarkError('usage', `${path} is no JSON object`);
  return value as Record<string, Json>;
}
