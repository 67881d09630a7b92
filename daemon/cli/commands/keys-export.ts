import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { MintmarkError } from '../../problem.ts';
import type { OperationOutput } from '../../protocol/operations.ts';
import { showSafely } from '../../token/safe-text.ts';
import { type RunWork, showExamples } from '../command-entry.ts';
import { planKeyFile, writeKeyFile } from '../files/key-file.ts';
import { parseNonEmpty } from '../options/parse-text.ts';
import type { Session } from '../session.ts';
import { type OfIssuer, ofIssuer } from './key-options.ts';

interface ExportOptions extends OfIssuer {
  readonly format: 'jwk' | 'pem';
  readonly private?: true;
  readonly confirm?: string;
  readonly output?: string;
}

export function addKeyExport(keys: Command, run: RunWork): void {
  ofIssuer(keys.command('export [kid]'))
    .description(
      'Print a key or write it to a file, the active one unless another is named; its private half only when confirmed.',
    )
    .option('--format <format>', 'jwk or pem', 'jwk')
    .option('--private', 'the private half')
    .option('--confirm <kid>', 'confirms --private by the kid; asked for on a terminal')
    .option(
      '--output <file>',
      'a new file (0600) to write it to; its directory is made 0700 if it is not there',
      parseNonEmpty,
    )
    .addHelpText(
      'after',
      showExamples(
        'keys export',
        'keys export NzbLs… --format pem',
        'keys export NzbLs… --private',
        'keys export NzbLs… --private --format pem --output keys/signing.pem',
      ),
    )
    .action((named: string | undefined, options: ExportOptions) =>
      run(async (session) => {
        const slug = options.issuer;
        const isPrivate = options.private === true;
        const file = options.output === undefined ? null : planKeyFile(options.output, isPrivate);
        const kid = named ?? (await findActiveKid(session, slug));
        const confirm = isPrivate ? (options.confirm ?? (await askForKid(session, kid, file))) : undefined;
        const exported = await session.call('keys.export', {
          slug,
          kid,
          format: options.format,
          ...(isPrivate && { private: true }),
          ...(confirm !== undefined && { confirm }),
        });
        if (file === null) session.print(exported, formatKey(exported));
        else deliverToFile(session, exported, file);
        return 0;
      }),
    );
}

type Exported = OperationOutput<'keys.export'>;

function formatKey({ key }: Exported): string {
  return typeof key === 'string' ? key.trimEnd() : JSON.stringify(key, null, 2);
}

/** The file has the caller's rights, not the daemon's. What it holds is told, the key never. */
function deliverToFile(session: Session, exported: Exported, file: string): void {
  const { kid, format, private: isPrivate } = exported;
  writeKeyFile(file, `${formatKey(exported)}\n`, isPrivate);
  if (session.json) session.print({ kid, format, private: isPrivate, file }, '');
  else session.tell(showSafely(`Wrote the ${isPrivate ? 'private' : 'public'} key ${kid} to ${JSON.stringify(file)}`));
}

async function findActiveKid(session: Session, slug: string): Promise<string> {
  const { items } = await session.call('keys.list', { slug });
  const active = items.find(({ state }) => state === 'active');
  if (active === undefined) throw new MintmarkError('key_not_found', `${slug} has no active key`);
  return active.kid;
}

/** Only a person at a terminal can be asked; a script says --confirm. */
async function askForKid({ io }: Session, kid: string, file: string | null): Promise<string | undefined> {
  if (io.stdin.isTTY !== true) return undefined;
  io.stderr.write(`This ${file === null ? 'prints' : 'writes'} the private half of ${kid}. Repeat the kid to go on: `);
  const lines = createInterface({ input: io.stdin });
  try {
    for await (const line of lines) return line.trim();
    return undefined;
  } finally {
    lines.close();
  }
}
