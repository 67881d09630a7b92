import { MintmarkError } from '../../problem.ts';
import type { PlatformInfo } from '../../protocol/jobs.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import type { Session } from '../session.ts';
import { drawTable } from '../terminal/text-table.ts';

export const addPlatforms: AddCommand = (program, run) => {
  const platforms = program
    .command('platforms')
    .description('What can be emulated: the kinds of systems whose jobs get a token.')
    .addHelpText('after', showExamples('platforms list', 'platforms show github-actions'));

  platforms
    .command('list')
    .description('List platforms, with how their jobs get a token.')
    .addHelpText('after', showExamples('platforms list', "platforms list --json | jq -r '.items[].name'"))
    .action(() =>
      run(async (session) => {
        const page = await session.call('platforms.list', {});
        const rows = page.items.map(({ name, delivery }) => [name, delivery]);
        session.print(page, drawTable(['PLATFORM', 'THE TOKEN'], rows, session.width));
        return 0;
      }),
    );

  platforms
    .command('show <platform>')
    .description("Show a platform's events, options (--set) and claims.")
    .addHelpText('after', showExamples('platforms show gitlab', 'platforms show kubernetes --json'))
    .action((name: string) =>
      run(async (session) => {
        const { items } = await session.call('platforms.list', {});
        const platform = items.find((item) => item.name === name);
        if (platform === undefined) {
          const known = items.map((item) => item.name).join(', ');
          throw new MintmarkError('platform_unknown', `there is no platform '${name}'; there are ${known}`);
        }
        session.print(platform, describePlatform(session, platform));
        return 0;
      }),
    );
};

function describePlatform(session: Session, { label, delivery, events, options, claims }: PlatformInfo): string {
  const sections = [`${label}\n${delivery}`];
  if (events.length > 0) sections.push(`Events\n${events.join(', ')}`);
  if (options.length > 0) {
    const rows = options.map((option) => [option.name, option.default, option.meaning]);
    sections.push(drawTable(['OPTION', 'DEFAULT', 'MEANING'], rows, session.width));
  }
  if (claims.length > 0) {
    const rows = claims.map((claim) => [claim.name, claim.type, claim.meaning]);
    sections.push(drawTable(['CLAIM', 'TYPE', 'MEANING'], rows, session.width));
  }
  return sections.join('\n\n');
}
