import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { defaultStateDirectory } from '../../../daemon/client/state-home.ts';

describe('the default state directory', () => {
  it.each([
    ['the named one', { MINTMARK_HOME: '/srv/mint' }, 'linux', '/srv/mint'],
    ['XDG state on Linux', { XDG_STATE_HOME: '/state' }, 'linux', '/state/mintmark'],
    ['no relative XDG state', { XDG_STATE_HOME: 'state' }, 'linux', '/home/ada/.local/state/mintmark'],
    ['~/.local/state on Linux', {}, 'linux', '/home/ada/.local/state/mintmark'],
    ['Application Support on macOS', {}, 'darwin', '/home/ada/Library/Application Support/Mintmark'],
    ['LOCALAPPDATA on Windows', { LOCALAPPDATA: 'C:\\Local' }, 'win32', 'C:\\Local\\Mintmark'],
    ['no relative LOCALAPPDATA', { LOCALAPPDATA: 'Local' }, 'win32', '\\home\\ada\\AppData\\Local\\Mintmark'],
    ['AppData below the home on Windows', {}, 'win32', '\\home\\ada\\AppData\\Local\\Mintmark'],
  ] as const)('is %s', (_name, env, platform, expected) => {
    expect(defaultStateDirectory(env, platform, () => '/home/ada')).toBe(expected);
  });

  it.each(['', 'ada', '.', './ada'])('is below the home that the system knows where $HOME is %j', (homedir) => {
    expect(defaultStateDirectory({}, 'linux', () => homedir)).toBe(`${userInfo().homedir}/.local/state/mintmark`);
    expect(defaultStateDirectory({ XDG_STATE_HOME: '/state' }, 'linux', () => homedir)).toBe('/state/mintmark');
  });

  it('needs no home of the user where it is named, and says what to name where the user has none', () => {
    const readNone = () => {
      throw new Error('uv_os_homedir returned ENOENT');
    };
    expect(defaultStateDirectory({ MINTMARK_HOME: '/srv/mint' }, 'linux', readNone)).toBe('/srv/mint');
    expect(() => defaultStateDirectory({}, 'linux', readNone)).toThrow(
      expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining('--home') }),
    );
  });

  it.each(['linux', 'darwin', 'win32'] as const)(
    'is nowhere, on %s, where neither $HOME nor the user database says a whole path',
    (platform) => {
      for (const known of ['', 'ada', './ada']) {
        expect(() =>
          defaultStateDirectory(
            {},
            platform,
            () => '',
            () => known,
          ),
        ).toThrow(expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining('--home') }));
      }
    },
  );
});
