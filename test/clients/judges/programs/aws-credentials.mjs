// Assumes a role with what its job was given: a token file, or the token in the variable that its one word names.
import { fromTokenFile, fromWebToken } from '@aws-sdk/credential-providers';

const [variable] = process.argv.slice(2);
const provide = variable
  ? fromWebToken({ roleArn: process.env.AWS_ROLE_ARN, webIdentityToken: process.env[variable] })
  : fromTokenFile();
try {
  const { accessKeyId } = await provide();
  console.log(JSON.stringify({ accessKeyId }));
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
