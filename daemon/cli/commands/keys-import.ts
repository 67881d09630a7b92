import type { Command } from 'commander';
import { MintmarkError } from '../../problem.ts';
import type { SigningAlgorithm } from '../../protocol/resources.ts';
import { showSafely } from '../../token/safe-text.ts';
import { parseStrictJson } from '../../token/strict-json.ts';
import { type RunWork, showExamples } from '../command-entry.ts';
import { readSmallFile, readStdin } from '../files/read-input.ts';
import { readKeyDirectory, readKeysPath } from '../files/read-key-directory.ts';
import type { Session } from '../session.ts';
import { describeKey, type OfIssuer, ofIssuer } from './key-options.ts';

interface ImportOptions extends OfIssuer {
  readonly alg?: SigningAlgorithm;
  readonly kid?: string;
  readonly activate?: true;
  /** true: the one that the environment names. */
  readonly directory?: string | true;
}

export function addKeyImport(keys: Command, run: RunWork): void {
  ofIssuer(keys.command('import [file]'))
    .description(
      'Import a private signing key: PKCS#1 or PKCS#8 PEM, or a JWK; - is standard input.\n' +
        'Or a directory of PEM files as SuperPlane has it: by file name the last one signs, and all are published;\n' +
        'every file is imported, or none. Of a Miren cluster: all are published, none signs, what is no key is skipped.\n' +
        'Importing it again takes up what is new.',
    )
    .option('--alg <alg>', 'RS256, PS256, ES256, ES384 or EdDSA')
    .option('--kid <kid>', 'name it so (default: as the platform names keys)')
    .option('--activate', 'sign with it from now on')
    .option('--directory [directory]', 'all keys of a directory (default: $OIDC_KEYS_PATH)')
    .addHelpText(
      'after',
      showExamples(
        'keys import key.pem --activate',
        'keys import - --alg PS256 < key.jwk',
        'keys import --issuer superplane --directory ./keys',
      ),
    )
    .action((file: string | undefined, options: ImportOptions) =>
      run((session) => {
        if (options.directory !== undefined) return importDirectory(session, file, options.directory, options);
        if (file === undefined) throw new MintmarkError('usage', 'name a file, - for standard input, or --directory');
        return importFile(session, file, options);
      }),
    );
}

async function importFile(session: Session, file: string, options: ImportOptions): Promise<number> {
  const { issuer: slug, alg, kid, activate } = options;
  const bytes = file === '-' ? await readStdin(session.io) : readSmallFile(file);
  const key = await session.call('keys.import', {
    slug,
    ...readKeyText(bytes.toString('utf8').trim()),
    ...(alg && { alg }),
    ...(kid !== undefined && { kid }),
    ...(activate && { activate }),
  });
  session.print(key, describeKey(key));
  return 0;
}

async function importDirectory(
  session: Session,
  file: string | undefined,
  directory: string | true,
  { issuer: slug, alg, kid, activate }: ImportOptions,
): Promise<number> {
  if ([file, alg, kid, activate].some((given) => given !== undefined)) {
    throw new MintmarkError('usage', 'with --directory go neither a file nor --alg, --kid and --activate');
  }
  const path = directory === true ? readKeysPath(session.io.env) : directory;
  const imported = await session.call('keys.importDirectory', { slug, files: readKeyDirectory(path) });
  for (const { name, reason } of imported.skipped) session.tell(`mintmark: skipped ${showSafely(name)}: ${reason}`);
  session.print(imported, imported.items.map(describeKey).join('\n'));
  return 0;
}

/** What begins as an object is a JWK (RFC 7517 §4). */
function readKeyText(text: string): { pem: string } | { jwk: Record<string, unknown> } {
  if (!text.startsWith('{')) return { pem: text };
  try {
    return { jwk: parseStrictJson(text) as Record<string, unknown> };
  } catch (cause) {
    throw new MintmarkError('key_material', 'the JWK is not acceptable JSON', { cause });
  }
}
