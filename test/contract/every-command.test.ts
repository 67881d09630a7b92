import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, mint, startDaemon } from '../support/daemon.ts';
import { waitFor } from '../support/wait.ts';

const ESCAPE = '\u001b';

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon();
});
afterAll(() => daemon.stop());

describe('every command', () => {
  const COMMANDS = [
    ['serve'],
    ['start'],
    ['stop'],
    ['status'],
    ['issuers'],
    ...['list', 'create', 'show', 'configure', 'delete'].map((verb) => ['issuers', verb]),
    ['keys'],
    ...['list', 'rotate', 'activate', 'retire', 'revoke', 'import', 'export'].map((verb) => ['keys', verb]),
    ['mint'],
    ['run'],
    ['env'],
    ['jobs'],
    ['jobs', 'list'],
    ['platforms'],
    ...['list', 'show'].map((verb) => ['platforms', verb]),
    ['runs'],
    ...['list', 'end'].map((verb) => ['runs', verb]),
    ['decode'],
    ['verify'],
    ['oidc'],
    ['oidc', 'verify'],
    ['superplane'],
    ...['run-workflow', 'executions', 'requests'].map((verb) => ['superplane', verb]),
    ['tokens'],
    ...['list', 'show', 'revoke'].map((verb) => ['tokens', verb]),
    ['events'],
    ['doctor'],
    ['backup'],
    ['restore'],
    ['clock'],
  ];

  it.each(COMMANDS.map((command) => [command.join(' '), command] as const))(
    '"%s --help" shows an example that begins with the command itself',
    async (name, command) => {
      const { code, stdout, stderr } = await daemon.cli([...command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/examples?:/i);
      expect(stdout).toContain(`mintmark ${name}`);
    },
  );

  it('answers a question about itself without colour when NO_COLOR is set or the output is no terminal', async () => {
    const commands = [['status'], ['issuers', 'list'], ['keys', 'list', '--issuer', 'default'], ['doctor'], ['--help']];
    for (const env of [{ NO_COLOR: '1' }, {}]) {
      for (const command of commands) {
        const { stdout, stderr } = await daemon.cli(command, { env });
        expect(stdout + stderr).not.toContain(ESCAPE);
      }
    }
  });

  it('prints exactly one JSON value for --json', async () => {
    const { kid } = await mint(daemon);
    const commands = [
      ['status'],
      ['issuers', 'list'],
      ['issuers', 'show', 'default'],
      ['keys', 'list', '--issuer', 'default'],
      ['keys', 'export', kid, '--issuer', 'default'],
      ['tokens', 'list'],
      ['events', 'list'],
      ['clock', 'show'],
      ['doctor'],
    ];
    for (const command of commands) {
      const { stdout } = await daemon.cli([...command, '--json']);
      expect(() => JSON.parse(stdout), command.join(' ')).not.toThrow();
    }
  });

  it('is wrong usage, exit 2, when it does not exist', async () => {
    for (const command of [['frobnicate'], ['keys', 'frobnicate'], []]) {
      const { code, stdout, stderr } = await daemon.cli(command);
      expect({ command, code, stdout }).toEqual({ command, code: 2, stdout: '' });
      expect(stderr).not.toBe('');
    }
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse((await daemon.publicGet('/api/v1/health')).text) as { version: string };
    const { code, stdout } = await daemon.cli(['--version']);
    expect({ code, version: stdout.trim() }).toEqual({ code: 0, version });
  });
});

describe('issuers and keys on the command line', () => {
  it('creates, shows, lists and deletes an issuer', async () => {
    const created = await daemon.cli([
      ...['issuers', 'create', 'shop', '--platform', 'generic', '--alg', 'ES256', '--token-ttl', '1h', '--json'],
    ]);
    expect(created.code).toBe(0);
    expect(JSON.parse(created.stdout)).toMatchObject({ slug: 'shop', alg: 'ES256', tokenTtlSeconds: 3600 });
    expect((await daemon.cli(['issuers', 'create', 'shop', '--platform', 'generic'])).code).toBe(1);
    expect((await daemon.cli(['issuers', 'list'])).stdout).toContain(`${daemon.baseUrl}/issuers/shop`);
    expect((await daemon.cli(['issuers', 'show', 'shop'])).code).toBe(0);
    expect((await daemon.cli(['issuers', 'delete', 'shop'])).code).toBe(0);
    expect((await daemon.cli(['issuers', 'show', 'shop'])).code).toBe(1);
    expect((await daemon.cli(['issuers', 'delete', 'default'])).code).toBe(1);
  });

  it('stages, activates, retires and revokes keys', async () => {
    await daemon.cli(['issuers', 'create', 'staged', '--platform', 'generic', '--alg', 'ES256']);
    const keys = async (...args: string[]): Promise<{ kid: string; state: string }> => {
      const { code, stdout, stderr } = await daemon.cli(['keys', ...args, '--issuer', 'staged', '--json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout) as { kid: string; state: string };
    };
    const { kid: first } = await mint(daemon, 'staged');
    const next = await keys('rotate', '--prepublish');
    expect(next.state).toBe('next');
    expect(await keys('activate', next.kid)).toMatchObject({ kid: next.kid, state: 'active' });
    expect(await keys('retire', first)).toMatchObject({ kid: first, state: 'retired' });
    expect(await keys('revoke', next.kid)).toMatchObject({ kid: next.kid, state: 'revoked' });
    const again = await daemon.cli(['keys', 'activate', first, '--issuer', 'staged']);
    expect(again.code).toBe(1);
  });

  it('says which other keys wait when one more is staged', async () => {
    await daemon.cli(['issuers', 'create', 'stacked', '--platform', 'generic', '--alg', 'ES256']);
    const stage = (...args: string[]) => daemon.cli(['keys', 'rotate', '--issuer', 'stacked', ...args]);
    const first = await stage('--activate-after', '2h');
    expect(first.stderr).toBe('');
    expect((await stage('--prepublish')).stderr).toBe(`mintmark: another key waits, too: ${first.stdout}`);
  });

  it('shows an issuer with times as they are typed, and its keys as `keys list` does', async () => {
    await daemon.cli(['issuers', 'create', 'shown', '--platform', 'generic', '--alg', 'ES256', '--token-ttl', '1h']);
    await daemon.cli(['keys', 'schedule', '--issuer', 'shown', '--every', '1d']);
    await daemon.cli(['keys', 'rotate', '--issuer', 'shown']);
    await daemon.cli(['keys', 'rotate', '--issuer', 'shown', '--activate-after', '2h']);
    const { stdout } = await daemon.cli(['issuers', 'show', 'shown']);
    expect(stdout).toContain('\ntoken ttl  1h\n');
    expect(stdout).toMatch(/\nrotation {3}every 1d, next /);
    expect(stdout.split('\n\n')[1]).toBe((await daemon.cli(['keys', 'list', '--issuer', 'shown'])).stdout);
  });

  it('lets a published key sign later, and takes that back', async () => {
    await daemon.cli(['issuers', 'create', 'later', '--platform', 'generic', '--alg', 'ES256']);
    const keys = (...args: string[]) => daemon.cli(['keys', ...args, '--issuer', 'later']);
    const staged = await keys('rotate', '--activate-after', '10m');
    expect(staged.stdout).toMatch(/^\S+ \(ES256\) is next, signs from \d{4}-\S+Z\n$/);
    const [kid = ''] = staged.stdout.split(' ');
    const never = await keys('activate', kid, '--after', 'never');
    expect([never.code, never.stdout]).toEqual([0, `${kid} (ES256) is next\n`]);
    const plan = async (after: string) =>
      JSON.parse((await keys('activate', kid, '--after', after, '--json')).stdout) as { signsFrom: string };
    const late = await plan('365d');
    const table = (await keys('list')).stdout.split('\n').map((line) => line.split(/ {2,}/));
    expect(table[0]?.[4]).toBe('SIGNS FROM');
    expect(table.find(([first]) => first === kid)?.[4]).toBe(late.signsFrom);
    expect((await keys('schedule', '--off')).stdout).toBe(
      `No schedule, but still planned:\n${kid} (ES256) is next, signs from ${late.signsFrom}\n`,
    );
    const soon = await plan('1s');
    expect(Date.parse(soon.signsFrom)).toBeLessThan(Date.parse(late.signsFrom));
    await waitFor('the key to sign', async () => (await mint(daemon, 'later')).kid === kid);
    expect((await keys('activate', kid, '--after', '1s')).code).toBe(1);
    expect((await keys('schedule', '--off')).stdout).toBe('Rotation by hand only\n');
    for (const wrong of ['0s', '-1', 'soon', '400d']) {
      expect((await keys('rotate', '--activate-after', wrong)).code, wrong).toBe(2);
    }
  });
});
