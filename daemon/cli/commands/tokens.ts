import type { TokenRecord } from '../../protocol/resources.ts';
import { showJson } from '../../token/safe-text.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { parseCount } from '../options/parse-count.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import { drawTable } from '../terminal/text-table.ts';

interface ListOptions {
  readonly issuer?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export const addTokens: AddCommand = (program, run) => {
  const tokens = program
    .command('tokens')
    .description('Records of minted tokens. A token itself is never kept.')
    .addHelpText('after', showExamples('tokens list --issuer default', 'tokens revoke 01930b5c-…'));

  tokens
    .command('list')
    .description('List token records, newest first.')
    .option('--issuer <slug>', 'only those of one issuer', parseNonEmpty)
    .option('--limit <n>', 'at most so many (default: 50)', parseCount)
    .option('--cursor <cursor>', 'go on after a page')
    .addHelpText('after', showExamples('tokens list', "tokens list --json | jq -r '.items[0].jti'"))
    .action((options: ListOptions) =>
      run(async (session) => {
        const page = await session.call('tokens.list', options);
        const rows = page.items.map((item) => [
          item.jti,
          item.revokedAt === null ? '' : 'yes',
          item.expiresAt,
          item.subject ?? '',
        ]);
        session.print(page, drawTable(['JTI', 'REVOKED', 'EXPIRES', 'SUBJECT'], rows, session.width));
        if (page.nextCursor !== null && !session.json) session.tell(`more: --cursor ${page.nextCursor}`);
        return 0;
      }),
    );

  tokens
    .command('show <jti>')
    .description('Show the record of a token.')
    .addHelpText('after', showExamples('tokens show 01930b5c-…'))
    .action((jti: string) =>
      run(async (session) => {
        const record = await session.call('tokens.show', { jti });
        session.print(record, describeRecord(record));
        return 0;
      }),
    );

  tokens
    .command('revoke <jti>')
    .description('Refuse a token from now on, at every door.')
    .addHelpText('after', showExamples('tokens revoke 01930b5c-…'))
    .action((jti: string) =>
      run(async (session) => {
        session.print(await session.call('tokens.revoke', { jti }), `Revoked ${jti}`);
        return 0;
      }),
    );
};

function describeRecord(record: TokenRecord): string {
  return [
    `${record.jti}${record.revokedAt === null ? '' : ` (revoked ${record.revokedAt})`}`,
    `issuer   ${record.issuer}`,
    `key      ${record.kid}`,
    `issued   ${record.issuedAt}`,
    `expires  ${record.expiresAt}`,
    showJson(record.claims),
  ].join('\n');
}
