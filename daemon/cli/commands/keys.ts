import { type Command, Option } from 'commander';
import type { Issuer, Key, SigningAlgorithm } from '../../protocol/resources.ts';
import { type AddCommand, type RunWork, showExamples } from '../command-entry.ts';
import { parseDurationWithin } from '../options/duration.ts';
import type { Session } from '../session.ts';
import { describeKey, drawKeys, type OfIssuer, ofIssuer } from './key-options.ts';
import { addKeyExport } from './keys-export.ts';
import { addKeyImport } from './keys-import.ts';

const NEVER = 'never';
/** What `keys.rotate`, `keys.plan` and `keys.schedule` take at most, seconds. */
const YEAR_SECONDS = 31_536_000;

interface RotateOptions extends OfIssuer {
  readonly alg?: SigningAlgorithm;
  readonly prepublish?: true;
  readonly activateAfter?: number;
}

export const addKeys: AddCommand = (program, run) => {
  const keys = program
    .command('keys')
    .description('Signing keys go next → active → retiring → retired, or are revoked; one is active.')
    .addHelpText('after', showExamples('keys list', 'keys rotate --prepublish', 'keys schedule --every 1d'));

  ofIssuer(keys.command('list'))
    .description('List signing keys, the active one first.')
    .addHelpText('after', showExamples('keys list --issuer default'))
    .action(({ issuer: slug }: OfIssuer) =>
      run(async (session) => {
        const page = await session.call('keys.list', { slug });
        session.print(page, drawKeys(page.items, session.width));
        return 0;
      }),
    );

  ofIssuer(keys.command('rotate'))
    .description('Publish a new key and sign with it; the old one verifies until its tokens have expired.')
    .option('--alg <alg>', 'RS256, PS256, ES256, ES384 or EdDSA')
    .addOption(
      new Option('--prepublish', 'only publish the new key; `keys activate` makes it sign').conflicts('activateAfter'),
    )
    .option('--activate-after <duration>', 'publish the new key now, and sign with it after this long', parseDelay)
    .addHelpText('after', showExamples('keys rotate', 'keys rotate --activate-after 10m', 'keys rotate --prepublish'))
    .action(({ issuer: slug, alg, prepublish, activateAfter }: RotateOptions) =>
      run(async (session) => {
        const staged = activateAfter === undefined ? { prepublish } : { activateAfterSeconds: activateAfter };
        const key = await session.call('keys.rotate', { slug, ...(alg && { alg }), ...staged });
        session.print(key, describeKey(key));
        if (key.state === 'next') await tellOthersThatWait(session, slug, key);
        return 0;
      }),
    );

  ofIssuer(keys.command('activate <kid>'))
    .description('Sign with a published key, from now on or after a while.')
    .option('--after <duration>', 'sign after this long; `never` takes that back', parseDurationOrNever)
    .addHelpText('after', showExamples('keys activate NzbLs… --issuer default', 'keys activate NzbLs… --after 10m'))
    .action((kid: string, { issuer: slug, after }: OfIssuer & { after?: number | typeof NEVER }) =>
      run(async (session) => {
        const key =
          after === undefined
            ? await session.call('keys.activate', { slug, kid })
            : await session.call('keys.plan', { slug, kid, activateAfterSeconds: after === NEVER ? null : after });
        session.print(key, describeKey(key));
        return 0;
      }),
    );

  addStep(
    keys,
    run,
    'retire',
    'Take a key that no longer signs out of the JWKS: whoever reads that refuses its tokens from then on, but not who ' +
      'kept the key, as `verify --jwks FILE` may.',
  );
  addStep(keys, run, 'revoke', 'Revoke a key everywhere at once; an active one is replaced in the same step.');
  addKeyImport(keys, run);
  addKeyExport(keys, run);

  ofIssuer(keys.command('schedule'))
    .description('Rotate by schedule, publishing each key before it signs.')
    .option(
      '--every <duration>',
      'time between rotations, up to 365d; how short it may be depends on the issuer',
      // The daemon alone knows how short.
      parseDurationWithin(0, YEAR_SECONDS),
    )
    .option('--off', 'rotate by hand only; a key with a time of its own still signs then')
    .addHelpText('after', showExamples('keys schedule --every 1d', 'keys schedule --off'))
    .action(({ issuer: slug, every, off }: OfIssuer & { every?: number; off?: true }, command: Command) => {
      if ((every === undefined) === (off === undefined)) command.error('error: give either --every or --off');
      return run(async (session) => {
        const issuer = await session.call('keys.schedule', { slug, everySeconds: every ?? null });
        session.print(issuer, describeRotation(issuer));
        return 0;
      });
    });

  keys
    .command('rotate-master')
    .description('Wrap every private key with a new key-encryption key.')
    .addHelpText('after', showExamples('keys rotate-master'))
    .action(() =>
      run(async (session) => {
        const { id, rewrapped } = await session.call('master.rotate', {});
        session.print(
          { id, rewrapped },
          `${rewrapped} ${rewrapped === 1 ? 'key is' : 'keys are'} wrapped with master key ${id}`,
        );
        return 0;
      }),
    );
};

/** Each key that waits will sign: who stages one for the second time may have meant the first. */
async function tellOthersThatWait(session: Session, slug: string, { kid }: Key): Promise<void> {
  const { items } = await session.call('keys.list', { slug });
  const others = items.filter((key) => key.state === 'next' && key.canSign && key.kid !== kid);
  for (const other of others) session.tell(`mintmark: another key waits, too: ${describeKey(other)}`);
}

/** What rotates the keys from now on: ending a schedule leaves the plans that keys have of their own. */
function describeRotation({ rotation, keys }: Issuer): string {
  if (rotation !== null) return `Next rotation ${rotation.nextAt}`;
  const planned = keys.filter(({ signsFrom, canSign }) => canSign && signsFrom !== null).map(describeKey);
  return planned.length === 0 ? 'Rotation by hand only' : ['No schedule, but still planned:', ...planned].join('\n');
}

/** @returns whole seconds, or `never`: commander would take null for an option without a value */
const parseDurationOrNever = (text: string) => (text === NEVER ? NEVER : parseDelay(text));

const parseDelay = parseDurationWithin(1, YEAR_SECONDS);

function addStep(keys: Command, run: RunWork, step: 'retire' | 'revoke', description: string): void {
  ofIssuer(keys.command(`${step} <kid>`))
    .description(description)
    .addHelpText('after', showExamples(`keys ${step} NzbLs… --issuer default`))
    .action((kid: string, { issuer: slug }: OfIssuer) =>
      run(async (session) => {
        const key = await session.call(`keys.${step}`, { slug, kid });
        session.print(key, describeKey(key));
        const wasActive = key.activatedAt !== null && key.retiringAt === null;
        if (step === 'revoke' && wasActive && !session.json) await tellSuccessor(session, slug);
        return 0;
      }),
    );
}

/** Whoever revoked the key that signed wants to know what others are to trust instead. */
async function tellSuccessor(session: Session, slug: string): Promise<void> {
  const { items } = await session.call('keys.list', { slug });
  const active = items.find(({ state }) => state === 'active');
  if (active !== undefined) session.tell(`mintmark: ${active.kid} (${active.alg}) signs now`);
}
