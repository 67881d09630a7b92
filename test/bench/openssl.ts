import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** RSA-2048 signatures per second by `openssl speed` on `processes` processes; null when there is no openssl. */
export async function measureOpensslSigning(processes: number): Promise<number | null> {
  try {
    const spread = processes > 1 ? ['-multi', String(processes)] : [];
    const { stdout } = await promisify(execFile)('openssl', ['speed', '-mr', '-seconds', '1', ...spread, 'rsa2048']);
    const figure = Number(/^\+F2:\d+:2048:([\d.e-]+):/m.exec(stdout)?.[1]);
    if (!(figure > 0)) return null;
    // OpenSSL before 3.2 gives seconds per operation here.
    return figure < 1 ? 1 / figure : figure;
  } catch {
    return null;
  }
}
