import { type Stub, type StubAnswer, startStub } from './stub.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
/** What the stub hands out; of nobody. */
export const ACCESS_KEY = 'ASIAEXAMPLEOFTHETEST';

/**
 * AWS STS, as far as `AssumeRoleWithWebIdentity` goes (API reference), for whom `believe` believes.
 * @param believe rejects with what STS says of the token
 */
export function startSts(believe: (token: string) => Promise<unknown>): Promise<Stub> {
  return startStub(async ({ method, body }) => {
    const form = new URLSearchParams(body.toString());
    const role = form.get('RoleArn') ?? '';
    if (method !== 'POST' || form.get('Action') !== 'AssumeRoleWithWebIdentity' || role === '') {
      return refuse('ValidationError', 'This is not the request of this test');
    }
    try {
      // Clients send a file's last newline.
      await believe(form.get('WebIdentityToken')?.trim() ?? '');
    } catch (fault) {
      return refuse('InvalidIdentityToken', String(fault));
    }
    return answerXml(
      200,
      `<AssumeRoleWithWebIdentityResponse xmlns="${NAMESPACE}"><AssumeRoleWithWebIdentityResult>
        <AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:session</AssumedRoleId><Arn>${role}/session</Arn></AssumedRoleUser>
        <Credentials>
          <AccessKeyId>${ACCESS_KEY}</AccessKeyId><SecretAccessKey>of-this-test</SecretAccessKey>
          <SessionToken>of-this-test</SessionToken><Expiration>${formatExpiration()}</Expiration>
        </Credentials>
      </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    );
  });
}

function refuse(code: string, message: string): StubAnswer {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${message}</Message>`;
  return answerXml(400, `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error></ErrorResponse>`);
}

function answerXml(status: number, body: string): StubAnswer {
  return { status, body, headers: { 'content-type': 'text/xml' } };
}

/** In an hour, in whole seconds. */
function formatExpiration(): string {
  return new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
}
