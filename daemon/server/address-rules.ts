import { BlockList, isIP } from 'node:net';

/** Nobody's issuer lives there, and a fetch must not be led there: metadata services hand out cloud credentials. */
const NEVER = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.192', 32],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  NEVER.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 128],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
  ['fd20:ce::', 32],
] as const) {
  NEVER.addSubnet(network, prefix, 'ipv6');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Ways to write an IPv4 address in IPv6: mapped and compatible (RFC 4291 §2.5.5), NAT64 (RFC 6052), 6to4 (RFC 3056). */
const EMBEDDINGS: readonly { readonly list: BlockList; readonly at: number }[] = [
  { list: subnet('::ffff:0:0', 96), at: 12 },
  { list: subnet('::', 96), at: 12 },
  { list: subnet('64:ff9b::', 96), at: 12 },
  { list: subnet('2002::', 16), at: 2 },
];

export type AddressKind = 'public' | 'loopback' | 'forbidden';

/** What kind of address an outgoing fetch would reach. Addresses of private networks count as public: issuers live there. */
export function classifyAddress(address: string): AddressKind {
  const plain = address.split('%')[0] ?? '';
  const family = isIP(plain);
  if (family === 0) return 'forbidden';
  if (family === 4) return classify(plain, 'ipv4');
  const direct = classify(plain, 'ipv6');
  if (direct !== 'public') return direct;
  const embedding = EMBEDDINGS.find(({ list }) => list.check(plain, 'ipv6'));
  return embedding === undefined ? 'public' : classify(readEmbedded(plain, embedding.at), 'ipv4');
}

function classify(address: string, family: 'ipv4' | 'ipv6'): AddressKind {
  if (NEVER.check(address, family)) return 'forbidden';
  return LOOPBACK.check(address, family) ? 'loopback' : 'public';
}

function subnet(network: string, prefix: number): BlockList {
  const list = new BlockList();
  list.addSubnet(network, prefix, 'ipv6');
  return list;
}

/** The four bytes at `offset` of an IPv6 address, in dots. */
function readEmbedded(address: string, offset: number): string {
  const groups = expandGroups(address);
  const bytes = groups.flatMap((group) => [group >> 8, group & 0xff]);
  return bytes.slice(offset, offset + 4).join('.');
}

function expandGroups(address: string): number[] {
  // The URL parser writes an address in its one canonical form, dots gone.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = readGroups(head);
  const right = readGroups(tail ?? '');
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function readGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
