import { type AddCommand, showExamples } from '../command-entry.ts';
import { readToken } from '../files/token-input.ts';
import { describeDecoded } from '../terminal/describe-decoded.ts';

interface DecodeOptions {
  readonly tokenFile?: string;
}

export const addDecode: AddCommand = (program, run) => {
  program
    .command('decode [token]')
    .description('Shows header, claims, times in words, and what is odd about a token. No key, no network, no verdict.')
    .option('--token-file <file>', 'read the token from a file')
    .addHelpText(
      'after',
      showExamples('decode "$TOKEN"', 'mint | mintmark decode -', 'decode --token-file t.jwt --json'),
    )
    .action((argument: string | undefined, { tokenFile }: DecodeOptions) =>
      run(async (session) => {
        const { decodeToken } = await import('../../token/decode.ts');
        const { listFindings } = await import('../../token/list-findings.ts');
        const decoded = decodeToken(await readToken(session.io, { argument, tokenFile }));
        const nowSeconds = session.io.now() / 1_000;
        const findings = listFindings(decoded, nowSeconds);
        const { kind, header, claims } = decoded;
        session.print(
          { verified: false, kind, header, claims, findings },
          describeDecoded({ ...decoded, findings }, nowSeconds, session.style),
        );
        return header === null && claims === null ? 1 : 0;
      }),
    );
};
