import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { MintmarkError } from '../../problem.ts';
import { type RunWork, showExamples } from '../command-entry.ts';
import type { Session } from '../session.ts';
import { type OfIssuer, ofIssuer } from './key-options.ts';

interface ExportOptions extends OfIssuer {
  readonly format: 'jwk' | 'pem';
  readonly private?: true;
  readonly confirm?: string;
}

export function addKeyExport(keys: Command, run: RunWork): void {
  ofIssuer(keys.command('export [kid]'))
    .description('Print a key, the active one unless another is named; its private half only with a confirmation.')
    .option('--format <format>', 'jwk or pem', 'jwk')
    .option('--private', 'the private half')
    .option('--confirm <kid>', 'confirms --private by the kid; asked for on a terminal')
    .addHelpText(
      'after',
      showExamples('keys export', 'keys export NzbLs… --format pem', 'keys export NzbLs… --private'),
    )
    .action((named: string | undefined, options: ExportOptions) =>
      run(async (session) => {
        const slug = options.issuer;
        const kid = named ?? (await findActiveKid(session, slug));
        const confirm = options.private ? (options.confirm ?? (await askForKid(session, kid))) : undefined;
        const exported = await session.call('keys.export', {
          slug,
          kid,
          format: options.format,
          ...(options.private && { private: true }),
          ...(confirm !== undefined && { confirm }),
        });
        const { key } = exported;
        session.print(exported, typeof key === 'string' ? key.trimEnd() : JSON.stringify(key, null, 2));
        return 0;
      }),
    );
}

async function findActiveKid(session: Session, slug: string): Promise<string> {
  const { items } = await session.call('keys.list', { slug });
  const active = items.find(({ state }) => state === 'active');
  if (active === undefined) throw new MintmarkError('key_not_found', `${slug} has no active key`);
  return active.kid;
}

/** Only a person at a terminal can be asked; a script says --confirm. */
async function askForKid({ io }: Session, kid: string): Promise<string | undefined> {
  if (io.stdin.isTTY !== true) return undefined;
  io.stderr.write(`This prints the private half of ${kid}. Repeat the kid to go on: `);
  const lines = createInterface({ input: io.stdin });
  try {
    for await (const line of lines) return line.trim();
    return undefined;
  } finally {
    lines.close();
  }
}
