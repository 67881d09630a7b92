import type { Command } from 'commander';
import { MintmarkError } from '../../problem.ts';
import type { SigningAlgorithm } from '../../protocol/resources.ts';
import { parseStrictJson } from '../../token/strict-json.ts';
import { type RunWork, showExamples } from '../command-entry.ts';
import { readSmallFile, readStdin } from '../read-input.ts';
import { describeKey, type OfIssuer, ofIssuer } from './key-options.ts';

interface ImportOptions extends OfIssuer {
  readonly alg?: SigningAlgorithm;
  readonly kid?: string;
  readonly activate?: true;
}

export function addKeyImport(keys: Command, run: RunWork): void {
  ofIssuer(keys.command('import <file>'))
    .description('Import a private signing key: PKCS#1 or PKCS#8 PEM, or a JWK; - is standard input.')
    .option('--alg <alg>', 'RS256, PS256, ES256, ES384 or EdDSA')
    .option('--kid <kid>', 'name it so (default: as the platform names keys)')
    .option('--activate', 'sign with it from now on')
    .addHelpText('after', showExamples('keys import key.pem --activate', 'keys import - --alg PS256 < key.jwk'))
    .action((file: string, { issuer: slug, alg, kid, activate }: ImportOptions) =>
      run(async (session) => {
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
      }),
    );
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
