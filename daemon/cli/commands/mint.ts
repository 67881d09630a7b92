import { MintmarkError } from '../../problem.ts';
import { TokenError } from '../../token/errors.ts';
import { findInexactNumber, INEXACT_NUMBER } from '../../token/exact-numbers.ts';
import { isJsonObject, parseStrictJson } from '../../token/strict-json.ts';
import { type AddCommand, collect, showExamples } from '../command-entry.ts';
import { addCoordinatorOptions, type CoordinatorOptions, useCoordinator } from '../daemon/coordinator.ts';
import { readSmallFile } from '../files/read-input.ts';
import { readWorkingDirectory } from '../files/working-directory.ts';
import { tellDoubts } from '../jobs/tell-doubts.ts';
import { collectPairs, type Json, parseMintedClaims } from '../options/claim-options.ts';
import { parseDuration } from '../options/duration.ts';
import {
  addJobOptions,
  chooseIssuer,
  type JobOptions,
  readAudience,
  readIssuer,
  readJobQuery,
} from '../options/job-options.ts';
import type { Session } from '../session.ts';

interface MintOptions extends JobOptions, CoordinatorOptions {
  readonly sub?: string;
  readonly claim?: readonly string[];
  readonly claimsFile?: string;
  readonly header?: readonly string[];
  readonly ttl?: number;
  readonly lookAlike?: boolean;
}

export const addMint: AddCommand = (program, run) => {
  addCoordinatorOptions(addJobOptions(program.command('mint'), 'who mints it (default: default)'))
    .description(
      'Mints a token and prints it, nothing else. Its record is durable before it is printed. What is not known of a job, ' +
        'or doubtful, is told on stderr.',
    )
    .option('--sub <subject>', 'subject')
    .option('--claim <name=value>', 'another claim; JSON is taken as JSON, anything else as text', collect)
    .option('--claims-file <file>', 'a JSON object of claims; --claim goes before it')
    .option('--header <name=value>', 'a header parameter', collect)
    .option('--ttl <duration>', 'how long it lives, such as 90s, 5m, 1h', parseDuration)
    .option('--look-alike', "the real platform's iss, marked in the header: for trust rules, no service accepts it")
    .addHelpText(
      'after',
      showExamples(
        'mint --sub repo:acme/shop --aud https://deploy.example --ttl 5m',
        'mint --issuer shop --aud a --aud b --claim ref=refs/heads/main --claim attempt=1',
        'mint --claim groups=\'["dev","ops"]\' --claim build=\'"42"\' --json',
      ),
    )
    .action((options: MintOptions) => run((session) => useCoordinator(session, options, (at) => mint(at, options))));
};

async function mint(session: Session, options: MintOptions): Promise<number> {
  const cwd = readWorkingDirectory();
  const slug = chooseIssuer(options, cwd) ?? 'default';
  if (slug === 'default' && options.event !== undefined && readIssuer(options) === null) {
    throw new MintmarkError(
      'usage',
      '--event starts the jobs of a platform: name it with --as, or its file with --job',
    );
  }
  const audience = readAudience(options);
  const claims = { ...readClaimsFile(options.claimsFile), ...parseMintedClaims(options.claim ?? []) };
  const header = collectPairs(options.header ?? [], '--header', (text): Json => text);
  const minted = await session.call('tokens.mint', {
    slug,
    ...readJobQuery(options, cwd),
    ...(options.sub !== undefined && { subject: options.sub }),
    ...(audience !== undefined && { audience }),
    ...(Object.keys(claims).length > 0 && { claims }),
    ...(Object.keys(header).length > 0 && { header }),
    ...(options.ttl !== undefined && { ttlSeconds: options.ttl }),
    ...(options.lookAlike === true && { lookAlike: true }),
  });
  session.print(minted, minted.token);
  if (!session.json) tellDoubts(session, minted);
  return 0;
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
