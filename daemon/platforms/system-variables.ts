/**
 * What a process itself lives on: where it finds programs, files and libraries, whom it trusts and how it reaches the
 * daemon. One that ends in `*` stands for all that begin so.
 */
const SYSTEM_VARIABLES: readonly string[] = [
  // POSIX, "Environment Variables"; ld.so(8) and dyld(1).
  ...[
    'PATH',
    'HOME',
    'SHELL',
    'USER',
    'LOGNAME',
    'PWD',
    'OLDPWD',
    'TMPDIR',
    'TERM',
    'TZ',
    'LANG',
    'LC_*',
    'IFS',
    'ENV',
  ],
  ...['BASH_ENV', 'LD_*', 'DYLD_*', 'XDG_*'],
  // Windows.
  ...['PATHEXT', 'COMSPEC', 'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'TEMP', 'TMP', 'USERNAME', 'USERPROFILE'],
  ...['APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES'],
  // Proxies and trust, which a run sets where they are needed.
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'AWS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'],
  // Ours.
  'MINTMARK_*',
];

/** Would a process that has something else in this variable no longer run as its caller does? */
export function isSystemVariable(name: string): boolean {
  // Windows does not tell capitals apart.
  const upper = name.toUpperCase();
  return SYSTEM_VARIABLES.some((known) =>
    known.endsWith('*') ? upper.startsWith(known.slice(0, -1)) : upper === known,
  );
}
