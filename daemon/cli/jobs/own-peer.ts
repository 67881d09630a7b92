import { existsSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';

/** The ends of a connection, as an accepted socket knows them. */
type Ends = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>;

/**
 * Columns of /proc/net/tcp (proc_net(5)): sl local_address rem_address st queues timer retransmits uid timeout inode …
 */
const [STATE_COLUMN, UID_COLUMN, INODE_COLUMN] = [3, 7, 9];

/** TCP_ESTABLISHED of Linux (include/net/tcp_states.h). */
const ESTABLISHED = '01';

/**
 * Does the other end of a loopback connection belong to a process of this user? Where the system does not tell, all do:
 * only Linux has such a table, and only there is a metadata server reached by everybody on the machine.
 */
export function isOwnPeer(
  socket: Ends,
  platform: NodeJS.Platform = process.platform,
  tables: string = '/proc/net',
): boolean {
  if (platform !== 'linux' || process.getuid === undefined) return true;
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
  const ends = [formatEnd(remoteAddress, remotePort), formatEnd(localAddress, localPort)] as const;
  const uid = findUid(join(tables, 'tcp'), ends) ?? findUid(join(tables, 'tcp6'), [mapEnd(ends[0]), mapEnd(ends[1])]);
  return uid === process.getuid();
}

/**
 * The peer's row is the one in which our end is the far one. One that has hung up already has no owner any more: then
 * the table names root, with no inode.
 */
function findUid(path: string, [peer, own]: readonly [string, string]): number | null {
  // A machine without IPv6 has no table of its connections.
  const table = existsSync(path) ? readFileSync(path, 'utf8') : '';
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/);
    if (columns[1] !== peer || columns[2] !== own) continue;
    const isHeld = columns[STATE_COLUMN] === ESTABLISHED && columns[INODE_COLUMN] !== '0';
    return isHeld ? Number(columns[UID_COLUMN]) : null;
  }
  return null;
}

/** `127.0.0.1:80` is `0100007F:0050`: the address in the byte order of the machine, which is a little-endian one. */
function formatEnd(address: string, port: number): string {
  const bytes = address
    .replace(/^::ffff:/, '')
    .split('.')
    .map(Number)
    .reverse();
  return `${bytes.map((byte) => toHex(byte, 2)).join('')}:${toHex(port, 4)}`;
}

/** The same end of a socket that speaks IPv6 (RFC 4291 §2.5.5.2), as those of Java do. */
function mapEnd(end: string): string {
  return `0000000000000000FFFF0000${end}`;
}

function toHex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
