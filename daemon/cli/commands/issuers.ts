import type { Issuer, SigningAlgorithm } from '../../protocol/resources.ts';
import { showSafely } from '../../token/safe-text.ts';
import { writeDuration } from '../../token/time-words.ts';
import { type AddCommand, collect, showExamples } from '../command-entry.ts';
import { collectPairs } from '../options/claim-options.ts';
import { parseDuration } from '../options/duration.ts';
import { requirePlatform } from '../options/job-options.ts';
import { parseCount } from '../options/parse-count.ts';
import { drawTable } from '../terminal/text-table.ts';
import { drawKeys } from './key-options.ts';

interface CreateOptions {
  readonly platform?: string;
  readonly alg?: SigningAlgorithm;
  readonly tokenTtl?: number;
  readonly set?: readonly string[];
}

export const addIssuers: AddCommand = (program, run) => {
  const issuers = program
    .command('issuers')
    .description('An issuer is one emulated platform with its own signing keys. `default` always exists.')
    .addHelpText(
      'after',
      showExamples('issuers list', 'issuers create shop --platform generic --alg ES256 --token-ttl 1h'),
    );

  issuers
    .command('list')
    .description('List issuers.')
    .option('--limit <n>', 'at most so many', parseCount)
    .option('--cursor <cursor>', 'go on after a page')
    .addHelpText('after', showExamples('issuers list', "issuers list --json | jq -r '.items[].url'"))
    .action((options: { limit?: number; cursor?: string }) =>
      run(async (session) => {
        const page = await session.call('issuers.list', options);
        const rows = page.items.map((item) => [item.slug, item.platform, item.alg, item.url]);
        session.print(page, drawTable(['SLUG', 'PLATFORM', 'ALG', 'URL'], rows, session.width));
        return 0;
      }),
    );

  issuers
    .command('create <slug>')
    .description('Create an issuer with its first signing key.')
    .option('--platform <platform>', 'what it emulates (default: generic)')
    .option('--alg <alg>', 'RS256, PS256, ES256, ES384 or EdDSA')
    .option('--token-ttl <duration>', 'life of a token that names none', parseDuration)
    .option('--set <name=value>', 'what all of its jobs have unless they say otherwise', collect)
    .addHelpText(
      'after',
      showExamples(
        'issuers create shop --alg ES256 --token-ttl 10m',
        'issuers create shop-ci --platform github-actions --set repository=acme/shop',
      ),
    )
    .action((slug: string, { platform, alg, tokenTtl, set }: CreateOptions) =>
      run(async (session) => {
        const issuer = await session.call('issuers.create', {
          slug,
          ...(platform !== undefined && { platform: requirePlatform(platform) }),
          ...(alg && { alg }),
          ...(tokenTtl !== undefined && { tokenTtlSeconds: tokenTtl }),
          ...(set !== undefined && { options: collectPairs(set, '--set', (text) => text) }),
        });
        session.print(issuer, describeIssuer(issuer, session.width));
        return 0;
      }),
    );

  issuers
    .command('show <slug>')
    .description('Show an issuer and its keys.')
    .addHelpText('after', showExamples('issuers show default'))
    .action((slug: string) =>
      run(async (session) => {
        const issuer = await session.call('issuers.show', { slug });
        session.print(issuer, describeIssuer(issuer, session.width));
        return 0;
      }),
    );

  issuers
    .command('configure <slug>')
    .description(
      'Change what all jobs of an issuer have unless they say otherwise. Jobs that run keep theirs. Where the real ' +
        "issuer follows from it, as a Miren cluster's from its names, --confirm says that it may change.",
    )
    .requiredOption('--set <name=value>', 'what changes; an unknown name lists them', collect)
    .option('--confirm', 'also when the real issuer changes')
    .addHelpText('after', showExamples('issuers configure miren --set names=b.example,a.example --confirm'))
    .action((slug: string, { set, confirm }: { set: readonly string[]; confirm?: true }) =>
      run(async (session) => {
        const options = collectPairs(set, '--set', (text) => text);
        const { issuer, warnings } = await session.call('issuers.configure', {
          slug,
          options,
          ...(confirm && { confirm }),
        });
        for (const warning of warnings) session.tell(`mintmark: ${warning}`);
        session.print(issuer, describeIssuer(issuer, session.width));
        return 0;
      }),
    );

  issuers
    .command('delete <slug>')
    .description('Delete an issuer: its tokens are refused from then on.')
    .addHelpText('after', showExamples('issuers delete shop'))
    .action((slug: string) =>
      run(async (session) => {
        session.print(await session.call('issuers.delete', { slug }), `Deleted ${slug}`);
        return 0;
      }),
    );
};

function describeIssuer(issuer: Issuer, width: number | null): string {
  const { rotation, previousIssuer } = issuer;
  const schedule =
    rotation === null
      ? 'by hand'
      : `every ${writeDuration(rotation.everySeconds)}${rotation.nextAt ? `, next ${rotation.nextAt}` : ''}`;
  return [
    `${issuer.slug} (${issuer.platform})`,
    `url        ${issuer.url}`,
    `jwks       ${issuer.jwksUri}`,
    `algorithm  ${issuer.alg}`,
    `token ttl  ${writeDuration(issuer.tokenTtlSeconds)}`,
    `rotation   ${schedule}`,
    `key set    ${issuer.keySetFingerprint} (fingerprint of the published kids)`,
    ...(previousIssuer === undefined
      ? []
      : [`previous   ${showSafely(previousIssuer.issuer)} until ${previousIssuer.acceptedUntil}`]),
    ...Object.entries(issuer.options).map(([name, value]) => `option     ${showSafely(`${name}=${value}`)}`),
    '',
    drawKeys(issuer.keys, width),
  ].join('\n');
}
