// Signs its last word keyless, as a release step does; the identity comes from wherever CIContextProvider finds one.
import { sign } from 'sigstore';

const [fulcioURL, payload] = process.argv.slice(2);
try {
  // Its own patience of five seconds is less than a busy machine may need.
  const bundle = await sign(Buffer.from(payload), { fulcioURL, tlogUpload: false, retry: false, timeout: 60_000 });
  console.log(JSON.stringify({ bundle }));
} catch (error) {
  console.error([error.code, error.message, error.cause?.message ?? error.cause].join(': '));
  process.exitCode = 1;
}
