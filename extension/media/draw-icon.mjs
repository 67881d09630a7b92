// Draws icon.png beside itself: a keyhole inside a coin's rim of three arcs, the three parts of a token. Run it with
// `node extension/media/draw-icon.mjs` after a change; the picture is committed, this script is not packaged.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

const SIZE = 256;
const CENTRE = SIZE / 2;
/** Samples along each side of a pixel: smooth edges. */
const SAMPLES = 4;

const TOP = [0x17, 0x4a, 0x45];
const BOTTOM = [0x0b, 0x26, 0x2b];
const HEADER = [0x8f, 0xf0, 0xc4];
const PAYLOAD = [0x3f, 0xc9, 0x9a];
const SIGNATURE = [0xff, 0xc8, 0x57];
const KEYHOLE = [0xf3, 0xff, 0xf9];
const TRANSPARENT = [0, 0, 0, 0];

const RIM = { inner: 78, outer: 98 };
/** Half of the gap between two arcs, pixels; their ends are round. */
const GAP = 17;
const ARCS = [
  { from: -90, to: 30, colour: HEADER },
  { from: 30, to: 150, colour: PAYLOAD },
  { from: 150, to: 270, colour: SIGNATURE },
];

/** Colour and opacity of one point. */
function colourAt(x, y) {
  if (!isInRoundedSquare(x, y, 4, 52)) return TRANSPARENT;
  const arc = ARCS.find((candidate) => isOnArc(x - CENTRE, y - CENTRE, candidate));
  if (arc) return [...arc.colour, 255];
  if (isInKeyhole(x - CENTRE, y - CENTRE)) return [...KEYHOLE, 255];
  return [...TOP.map((value, at) => value + ((BOTTOM[at] - value) * y) / SIZE), 255];
}

function isInRoundedSquare(x, y, margin, radius) {
  const reach = CENTRE - margin - radius;
  const dx = Math.max(Math.abs(x - CENTRE) - reach, 0);
  const dy = Math.max(Math.abs(y - CENTRE) - reach, 0);
  return Math.hypot(dx, dy) <= radius;
}

function isOnArc(dx, dy, { from, to }) {
  const middle = (RIM.inner + RIM.outer) / 2;
  const half = (RIM.outer - RIM.inner) / 2;
  const inset = (GAP / middle) * (180 / Math.PI);
  const start = from + inset;
  const end = to - inset;
  const angle = ((Math.atan2(dy, dx) * 180) / Math.PI - start + 720) % 360;
  if (angle <= end - start) return Math.abs(Math.hypot(dx, dy) - middle) <= half;
  return [start, end].some((degrees) => {
    const radians = (degrees * Math.PI) / 180;
    return Math.hypot(dx - middle * Math.cos(radians), dy - middle * Math.sin(radians)) <= half;
  });
}

function isInKeyhole(dx, dy) {
  if (Math.hypot(dx, dy + 16) <= 25) return true;
  return dy >= -16 && dy <= 44 && Math.abs(dx) <= 9 + ((dy + 16) / 60) * 13;
}

/** The mean of a pixel's samples, weighted by their opacity. */
function paintPixel(column, row) {
  const sum = [0, 0, 0, 0];
  for (let at = 0; at < SAMPLES * SAMPLES; at++) {
    const x = column + ((at % SAMPLES) + 0.5) / SAMPLES;
    const y = row + (Math.floor(at / SAMPLES) + 0.5) / SAMPLES;
    const [red, green, blue, alpha] = colourAt(x, y);
    sum[0] += red * alpha;
    sum[1] += green * alpha;
    sum[2] += blue * alpha;
    sum[3] += alpha;
  }
  const colour = sum.slice(0, 3).map((value) => (sum[3] === 0 ? 0 : Math.round(value / sum[3])));
  return [...colour, Math.round(sum[3] / SAMPLES ** 2)];
}

/** A PNG chunk: length, type, data, checksum of the latter two (PNG §5.3). */
function writeChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function encodePng() {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  // 8 bits a channel, colour with alpha.
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Array.from({ length: SIZE }, (_, row) => [
    0,
    ...Array.from({ length: SIZE }, (_, column) => paintPixel(column, row)).flat(),
  ]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    writeChunk('IHDR', header),
    writeChunk('IDAT', deflateSync(Buffer.from(rows.flat()), { level: 9 })),
    writeChunk('IEND', Buffer.alloc(0)),
  ]);
}

writeFileSync(join(import.meta.dirname, 'icon.png'), encodePng());
