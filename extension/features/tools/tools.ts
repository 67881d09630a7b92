import type { LanguageModelToolConfirmationMessages } from 'vscode';
import { TOOLS } from '../../contributions.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { readLeewaySeconds, readTrustedIssuers } from '../../read-trust.ts';
import { requireDaemon } from '../../require-daemon.ts';
import { confirmMint, confirmRotation } from './confirm-change.ts';
import { explainForModel } from './explain-verification.ts';
import { findActiveToken } from './find-active-token.ts';
import { inspectForModel } from './inspect-token.ts';
import { describeStatusForModel } from './issuer-status.ts';
import { readMintRequest } from './mint-request.ts';
import { mintForModel } from './mint-token.ts';
import { readRotationRequest, rotateForModel } from './rotate-key.ts';
import { ToolError } from './tool-error.ts';
import { LONGEST_TOKEN, readToolInput } from './tool-input.ts';

export type ToolContext = Pick<FeatureContext, 'session' | 'watches' | 'log'>;

/** One tool: what it answers, and for one that changes something what the person has to confirm first. */
export interface Tool {
  readonly confirm?: (input: unknown) => LanguageModelToolConfirmationMessages;
  /** `isCancelled`: the person does not want it any more. */
  readonly run: (input: unknown, isCancelled: () => boolean) => Promise<Readonly<Record<string, unknown>>>;
}

export function createTools(context: ToolContext): Readonly<Record<string, Tool>> {
  const { session } = context;
  return {
    [TOOLS.inspectToken]: {
      run: async (input) => {
        const token = readToolInput(input, ['token']).text('token', LONGEST_TOKEN) ?? findActiveToken();
        return inspectForModel(token, Date.now() / 1_000);
      },
    },
    [TOOLS.explainVerification]: {
      run: async (input) => {
        const { text } = readToolInput(input, ['token', 'issuer', 'audience']);
        return await explainForModel(session, {
          token: text('token', LONGEST_TOKEN) ?? findActiveToken(),
          issuer: text('issuer'),
          audience: text('audience'),
          trustedIssuers: readTrustedIssuers(),
          leewaySeconds: readLeewaySeconds(),
        });
      },
    },
    [TOOLS.getIssuerStatus]: {
      run: async (input) => {
        readToolInput(input, []);
        return describeStatusForModel(session);
      },
    },
    [TOOLS.mintLocalToken]: {
      confirm: (input) => confirmMint(readMintRequest(input)),
      run: async (input, isCancelled) => {
        const request = readMintRequest(input);
        await prepareChange(session, isCancelled);
        return await mintForModel(context, request);
      },
    },
    [TOOLS.rotateSigningKey]: {
      confirm: (input) => confirmRotation(readRotationRequest(input)),
      run: async (input, isCancelled) => {
        const request = readRotationRequest(input);
        await prepareChange(session, isCancelled);
        return await rotateForModel(session, request);
      },
    },
  };
}

/** The issuer runs, and what was confirmed is still wanted: a start takes long enough to think better of it. */
async function prepareChange(session: ToolContext['session'], isCancelled: () => boolean): Promise<void> {
  await requireDaemon(session);
  if (isCancelled()) throw new ToolError('The person cancelled it: nothing was changed.');
}
