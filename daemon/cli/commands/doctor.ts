import { showSafely } from '../../token/safe-text.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts';
import { addPassphraseOptions, type PassphraseOptions, readPassphrase } from '../options/passphrase-options.ts';
import type { Session } from '../session.ts';
import type { Look } from '../terminal/style.ts';

const MARKS = { ok: ['✓', 'good'], note: ['–', 'dim'], fault: ['✗', 'bad'] } as const satisfies Record<
  Diagnosis['outcome'],
  readonly [string, Look]
>;

export const addDoctor: AddCommand = (program, run) => {
  addPassphraseOptions(program.command('doctor'))
    .description('Checks the runtime, the state directory, the database and the daemon. Exit code 3 with a fault.')
    .addHelpText('after', showExamples('doctor', 'doctor --json'))
    .action((options: PassphraseOptions) =>
      run(async (session) => {
        const passphrase = await readPassphrase(session, options);
        const checks = await diagnose(session, passphrase).finally(() => passphrase?.fill(0));
        const ok = checks.every(({ outcome }) => outcome !== 'fault');
        session.print({ ok, checks }, checks.map((check) => describe(session, check)).join('\n'));
        return ok ? 0 : 3;
      }),
    );
};

function describe(session: Session, { name, outcome, detail, mend }: Diagnosis): string {
  const [mark, look] = MARKS[outcome];
  const hint = mend === null ? '' : `\n                 ${session.style('strong', 'mend:')} ${mend}`;
  return `${session.style(look, mark)} ${name.padEnd(13)}  ${showSafely(detail)}${hint}`;
}
