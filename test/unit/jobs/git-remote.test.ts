import { describe, expect, it } from 'vitest';
import { parseRemote } from '../../../daemon/jobs/git-remote.ts';

describe('the URL of a remote', () => {
  it.each([
    ['https://github.com/acme/widgets', 'github.com', 'acme', 'widgets'],
    ['https://github.com/acme/widgets.git/', 'github.com', 'acme', 'widgets'],
    ['https://someone:ghp_secret@GitHub.com/acme/widgets.git', 'github.com', 'acme', 'widgets'],
    [
      'https://gitlab.example.com:8443/acme/platform/deep/widgets.git',
      'gitlab.example.com:8443',
      'acme/platform/deep',
      'widgets',
    ],
    ['http://localhost:3000/acme/widgets.js.git', 'localhost:3000', 'acme', 'widgets.js'],
    ['git@github.com:acme/widgets.git', 'github.com', 'acme', 'widgets'],
    ['github.com:acme/widgets', 'github.com', 'acme', 'widgets'],
    ['git@gitlab.com:/acme/platform/widgets.git', 'gitlab.com', 'acme/platform', 'widgets'],
    ['git@[::1]:acme/widgets', '[::1]', 'acme', 'widgets'],
    ['ssh://git@gitlab.example.com:2222/acme/widgets.git', 'gitlab.example.com', 'acme', 'widgets'],
    ['ssh://git@ssh.github.com:443/acme/widgets.git', 'github.com', 'acme', 'widgets'],
    ['git@altssh.bitbucket.org:acme/widgets', 'bitbucket.org', 'acme', 'widgets'],
    ['git+ssh://git@host.example/acme/widgets', 'host.example', 'acme', 'widgets'],
    ['git://host.example/acme/widgets.git', 'host.example', 'acme', 'widgets'],
    ['https://acme@dev.azure.com/acme/My%20Project/_git/widgets', 'dev.azure.com', 'acme/My Project', 'widgets'],
    ['https://dev.azure.com/acme/_git/widgets', 'dev.azure.com', 'acme/widgets', 'widgets'],
    ['git@ssh.dev.azure.com:v3/acme/project/widgets', 'dev.azure.com', 'acme/project', 'widgets'],
  ])('%s names a repository', (url, host, owner, repository) => {
    expect(parseRemote(url)).toEqual({ host, owner, repository });
  });

  it.each([
    [''],
    ['/srv/git/widgets.git'],
    ['../widgets'],
    ['./a:b/c'],
    ['file:///srv/git/acme/widgets.git'],
    ['C:/code/acme/widgets'],
    ['C:\\work\\acme\\widgets'],
    ['https://github.com/widgets'],
    ['https://github.com/acme/../widgets'],
    ['https://github.com/acme/%0awidgets'],
    ['https://github.com/acme/%zz'],
    ['https://github.com/acme/%E2%80%AEwidgets'],
    ['https://github.com//widgets'],
    ['git@github.com:acme'],
    ['ext::sh -c "touch /pwned" acme/widgets'],
    [`https://github.com/acme/${'w'.repeat(300)}`],
    [`git@github.com:${'a/'.repeat(2_000)}b`],
  ])('%s names none', (url) => {
    expect(parseRemote(url)).toBeNull();
  });
});
