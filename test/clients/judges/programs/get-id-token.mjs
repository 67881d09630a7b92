// What an action does that needs a token, with the client that actions use; the audience is its first word.
import { getIDToken, setFailed } from '@actions/core';

try {
  const token = await getIDToken(process.argv[2]);
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = process.env;
  console.log(JSON.stringify({ token, url, secret }));
} catch (error) {
  setFailed(error.message);
}
