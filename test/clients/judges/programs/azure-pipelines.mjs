// Signs in as a service connection, as a script of a pipeline does that got System.AccessToken: TENANT CLIENT CONNECTION AUTHORITY
import { AzurePipelinesCredential } from '@azure/identity';

const [tenant, client, connection, authorityHost] = process.argv.slice(2);
try {
  const options = { authorityHost, disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };
  const credential = new AzurePipelinesCredential(tenant, client, connection, process.env.SYSTEM_ACCESSTOKEN, options);
  const { token } = await credential.getToken('https://management.azure.com/.default');
  console.log(JSON.stringify({ token }));
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
