// Asks Google for an access token with the credential configuration that its one word is. As google-github-actions/auth
// does, it puts the job's variables into it: $NAME stands for one.
import { ExternalAccountClient } from 'google-auth-library';

const text = process.argv[2].replace(/\$(\w+)/g, (_, name) => process.env[name]);
try {
  const { token } = await ExternalAccountClient.fromJSON(JSON.parse(text)).getAccessToken();
  console.log(JSON.stringify({ token }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
