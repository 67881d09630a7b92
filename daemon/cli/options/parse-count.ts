import { MintmarkError } from '../../problem.ts';

/** Reads a whole number that is not negative. @throws MintmarkError `usage` */
export function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new MintmarkError('usage', `'${text}' is no whole number`);
  return Number(text);
}

/** Reads whole seconds, at least one. @throws MintmarkError `usage` */
export function parseSeconds(text: string): number {
  const seconds = parseCount(text);
  if (seconds === 0) throw new MintmarkError('usage', 'the time is at least one second');
  return seconds;
}

/** Reads a TCP port; 0 stands for any free one. @throws MintmarkError `usage` */
export function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new MintmarkError('usage', 'a port is 0 to 65535');
  return port;
}
