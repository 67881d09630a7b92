import { acquireStateLock } from '../../../../daemon/store/state-lock.ts';

try {
  acquireStateLock(process.argv[2] ?? '');
  console.log('locked');
  setInterval(() => {}, 1_000);
} catch (error) {
  console.log(error instanceof Error && 'code' in error ? error.code : error);
}
