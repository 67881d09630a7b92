import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS, CONTEXT_KEYS, SECTION, SETTINGS, VIEWS } from '../../../../extension/contributions.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');

interface Setting {
  readonly scope?: string;
  readonly markdownDescription?: string;
}
interface MenuItem {
  readonly command: string;
  readonly when?: string;
}
interface Manifest {
  readonly activationEvents: string[];
  readonly capabilities: { untrustedWorkspaces: { supported: unknown; restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly commands: { command: string; title: string; category?: string; enablement?: string }[];
    readonly menus: Record<string, MenuItem[]>;
    readonly views: Record<string, { id: string }[]>;
    readonly viewsWelcome: { view: string; contents: string; when?: string }[];
    readonly configuration: { properties: Record<string, Setting> };
    readonly keybindings?: unknown;
    readonly configurationDefaults?: unknown;
  };
}

const text = read('package.json');
const manifest = JSON.parse(text) as Manifest;
const { contributes } = manifest;
const words = JSON.parse(read('package.nls.json')) as Record<string, string>;
const declared = contributes.commands.map(({ command }) => command);
const sources = readdirSync(join(ROOT, 'extension'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: read(join('extension', name)) }));
const code = sources.map((source) => source.text).join('\n');

describe('commands', () => {
  it('are the same in code and manifest', () => {
    expect([...declared].sort()).toEqual(Object.values(COMMANDS).sort());
  });

  it('are all registered, each in one place', () => {
    const places = Object.keys(COMMANDS).map((name) => {
      const registration = new RegExp(`(?:registerCommand|register)\\([^;]{0,40}?COMMANDS\\.${name}\\b`, 'g');
      return [name, code.match(registration)?.length ?? 0];
    });
    expect(places.filter(([, count]) => count !== 1)).toEqual([]);
  });

  it('are named nowhere else than in contributions.ts', () => {
    const strays = sources.filter(
      (source) => source.name !== 'contributions.ts' && declared.some((id) => source.text.includes(`'${id}'`)),
    );
    expect(strays.map(({ name }) => name)).toEqual([]);
  });

  it('carry the category that people type', () => {
    for (const { category } of contributes.commands) expect(category).toBe('Mintmark');
  });

  it.each([
    ['startIssuer', 'Start Issuer'],
    ['stopIssuer', 'Stop Issuer'],
    ['rotateKey', 'Rotate Signing Key'],
    ['revokeKey', 'Revoke Signing Key'],
    ['mintToken', 'Mint Token'],
    ['inspectToken', 'Inspect Token'],
    ['verifyToken', 'Verify Token'],
    ['watchToken', 'Watch Token'],
    ['compareTokens', 'Compare Tokens'],
    ['simulateJob', 'Simulate Workflow Job'],
    ['openCiTerminal', 'Open CI Terminal'],
    ['showLogs', 'Show Logs'],
    ['openWalkthrough', 'Open Walkthrough'],
  ] as const)('%s has the title of the contract', (name, title) => {
    const command = contributes.commands.find((each) => each.command === COMMANDS[name]);
    expect(words[(command?.title ?? '').slice(1, -1)]).toBe(title);
  });

  it('of menus and welcome views exist', () => {
    const inMenus = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    const inWelcome = Object.values(words).flatMap((each) =>
      [...each.matchAll(/\(command:(mintmark\.\w+)/g)].map(([, id]) => id ?? ''),
    );
    expect([...inMenus, ...inWelcome].filter((id) => !declared.includes(id))).toEqual([]);
  });
});

describe('words', () => {
  const asked = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key ?? '');

  it('that the manifest asks for are all there, and no others', () => {
    expect([...new Set(asked)].sort()).toEqual(Object.keys(words).sort());
  });

  it('are no literal where people read', () => {
    const literals = [
      ...contributes.commands.map(({ title }) => title),
      ...contributes.viewsWelcome.map(({ contents }) => contents),
    ];
    expect(literals.filter((each) => !/^%.+%$/.test(each))).toEqual([]);
  });
});

describe('settings', () => {
  const properties = contributes.configuration.properties;

  it('are the same in code and manifest', () => {
    const names = Object.values(SETTINGS).map((name) => `${SECTION}.${name}`);
    expect(Object.keys(properties).sort()).toEqual(names.sort());
  });

  it('are each read somewhere', () => {
    const unread = Object.keys(SETTINGS).filter((name) => !code.includes(`SETTINGS.${name}`));
    expect(unread).toEqual([]);
  });

  it('that say what runs, or what is trusted, are the machine’s, and restricted where the workspace is not trusted', () => {
    const machine = Object.keys(properties).filter((name) => properties[name]?.scope === 'machine');
    expect(machine.sort()).toEqual([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort());
    expect(machine).toEqual(expect.arrayContaining(['mintmark.home', 'mintmark.port', 'mintmark.trustedIssuers']));
  });
});

describe('the extension keeps to itself', () => {
  it('binds no keys and changes no defaults of the editor', () => {
    expect([contributes.keybindings, contributes.configurationDefaults]).toEqual([undefined, undefined]);
  });

  it('waits until the editor is up', () => {
    expect(manifest.activationEvents).toEqual(['onStartupFinished']);
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe('limited');
  });

  it('asks only for context keys that it sets', () => {
    const asked = new Set(
      [...text.matchAll(/mintmark\.(?:state|unavailable|activityFiltered|has[A-Z]\w+)\b/g)].map(([key]) => key),
    );
    expect([...asked].sort()).toEqual(Object.values(CONTEXT_KEYS).sort());
  });

  it('shows its views in its own container', () => {
    expect(contributes.views.mintmark?.map(({ id }) => id)).toEqual(Object.values(VIEWS));
  });
});
