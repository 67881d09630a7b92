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

/** RFC 6052 §2.2: the places of the four bytes, which leave out the ninth, behind a prefix of 48, 56, 64 or 96 bits. */
const NAT64_LAYOUTS = [
  [6, 7, 9, 10],
  [7, 9, 10, 11],
  [9, 10, 11, 12],
  [12, 13, 14, 15],
] as const;

type Places = readonly [number, number, number, number];

/**
 * Ways to write an IPv4 address in IPv6: mapped and compatible (RFC 4291 §2.5.5), NAT64 (RFC 6052), NAT64 of one's own
 * net, whose prefix may have any of the lengths (RFC 8215), 6to4 (RFC 3056).
 */
const EMBEDDINGS: readonly { readonly list: BlockList; readonly layouts: readonly Places[] }[] = [
  { list: subnet('::ffff:0:0', 96), layouts: [[12, 13, 14, 15]] },
  { list: subnet('::', 96), layouts: [[12, 13, 14, 15]] },
  { list: subnet('64:ff9b::', 96), layouts: [[12, 13, 14, 15]] },
  { list: subnet('64:ff9b:1::', 48), layouts: NAT64_LAYOUTS },
  { list: subnet('2002::', 16), layouts: [[2, 3, 4, 5]] },
];

export type AddressKind = 'public' | 'loopback' | 'forbidden';

/**
 * What kind of address an outgoing fetch would reach. Addresses of private networks count
 * as public: issuers live there.
 */
export function classifyAddress(address: string): AddressKind {
  const plain = address.split('%')[0] ?? '';
  const family = isIP(plain);
  if (family === 0) return 'forbidden';
  if (family === 4) return classify(plain, 'ipv4');
  const direct = classify(plain, 'ipv6');
  if (direct !== 'public') return direct;
  const embedding = EMBEDDINGS.find(({ list }) => list.check(plain, 'ipv6'));
  return embedding === undefined ? 'public' : classifyEmbedded(plain, embedding.layouts);
}

/** Where several layouts are possible one bad reading is enough. One in 0.0.0.0/8 says that it is not the layout. */
function classifyEmbedded(address: string, layouts: readonly Places[]): AddressKind {
  const bytes = expandGroups(address).flatMap((group) => [group >> 8, group & 0xff]);
  const readings = layouts.map((places) => places.map((place) => bytes[place]).join('.'));
  const kinds = readings
    .filter((reading) => layouts.length === 1 || !reading.startsWith('0.'))
    .map((reading) => classify(reading, 'ipv4'));
  if (kinds.includes('forbidden')) return 'forbidden';
  return kinds.includes('loopback') ? 'loopback' : 'public';
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

/** The eight groups of an IPv6 address. */
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
