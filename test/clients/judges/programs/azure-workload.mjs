// Signs in as the client that the pod's service account is annotated with: AUTHORITY
import { WorkloadIdentityCredential } from '@azure/identity';

const [authorityHost] = process.argv.slice(2);
try {
  const credential = new WorkloadIdentityCredential({ authorityHost, disableInstanceDiscovery: true });
  const { token } = await credential.getToken('https://management.azure.com/.default');
  console.log(JSON.stringify({ token }));
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
