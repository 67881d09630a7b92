import { MintmarkError } from '../../problem.ts';
import { type AddCommand, showExamples } from '../command-entry.ts';
import type { Session } from '../session.ts';

const NOT_RUNNING = 3;

export const addStatus: AddCommand = (program, run) => {
  program
    .command('status')
    .description('Says what runs for this state directory. Exit code 0 when a daemon runs, 3 when none does.')
    .addHelpText('after', showExamples('status', 'status --json'))
    .action(() => run(showStatus));
};

async function showStatus(session: Session): Promise<number> {
  try {
    const status = await session.call('status', {});
    const health = status.health === 'ok' ? session.style('good', 'ok') : session.style('warn', 'degraded');
    const lines = [
      `Mintmark ${status.version} runs at ${session.style('strong', status.baseUrl)} (pid ${status.pid})`,
      `state    ${status.ephemeral ? 'in memory only' : status.home}`,
      `health   ${health}${status.healthDetail === null ? '' : `: ${status.healthDetail}`}`,
      `since    ${status.startedAt}`,
      `holds    ${count(status.issuers, 'issuer')}, ${count(status.tokens, 'token record')}, ${count(status.watches, 'watch', 'watches')}`,
    ];
    session.print({ running: true, ...status }, lines.join('\n'));
    return 0;
  } catch (error) {
    if (!(error instanceof MintmarkError) || error.code !== 'daemon_unreachable') throw error;
    session.print({ running: false, home: session.home }, `No daemon runs for ${session.home}`);
    if (!session.json) session.tell(`  start one: ${session.nameCommand('start')}`);
    return NOT_RUNNING;
  }
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
