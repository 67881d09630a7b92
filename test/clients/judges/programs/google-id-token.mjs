// What a service on Google's machines does that calls another one: the audience is its first word.
import { GoogleAuth, gcpMetadata } from 'google-auth-library';

const [audience] = process.argv.slice(2);
const auth = new GoogleAuth();
const client = await auth.getIdTokenClient(audience);
const headers = await client.getRequestHeaders();
const [token, isAvailable, projectId, email] = [
  headers.get('authorization').replace(/^Bearer /, ''),
  await gcpMetadata.isAvailable(),
  await gcpMetadata.project('project-id'),
  await gcpMetadata.instance('service-accounts/default/email'),
];
console.log(JSON.stringify({ token, isAvailable, projectId, email, authProject: await auth.getProjectId() }));
