import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { PublishedDocument } from '../../issuer/published-documents.ts';
import { MintmarkError } from '../../problem.ts';
import type { ControlApi } from '../control-api/control-api.ts';
import { type AdmittedRequest, admitRequest, CONTROL_PREFIX, type GuardRules } from '../guards/admit-request.ts';
import type { Connections } from '../listen/connections.ts';
import { pathForLog } from '../log/log.ts';
import { sendProblem } from './answer.ts';
import type { ReportFailure } from './failures.ts';
import type { AnswerPlatform } from './platform-routes.ts';
import { DOCUMENT_METHODS, servePublicDocument } from './public-documents.ts';
import { WrongMethod } from './wrong-method.ts';

export interface RequestService {
  readonly rules: GuardRules;
  readonly findDocument: (path: string) => PublishedDocument | undefined;
  /** Makes the document of a platform's first issuer, which is there once somebody asks for it. */
  readonly makeDocument: (path: string) => Promise<PublishedDocument | undefined>;
  /** Loaded with the first request that needs it: schemas and handlers are most of the program. */
  readonly loadControlApi: () => Promise<ControlApi>;
  readonly answerPlatform: AnswerPlatform;
  readonly connections: Connections;
  readonly report: ReportFailure;
  /**
   * A document or a platform's own path was served; of the control API, the control API says so itself. What is refused
   * keeps no daemon awake.
   */
  readonly onActivity: () => void;
}

/**
 * The way of every HTTP request: guards, then prepared documents, then the control API and the platforms' own paths.
 * Whatever is thrown ends as a problem; nothing that a client sends ends the process.
 */
export function createRequestListener(service: RequestService): RequestListener {
  const { rules, findDocument, makeDocument, loadControlApi, answerPlatform, connections, report, onActivity } =
    service;

  const refuse = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
    const { problem, headers } = report(error, { method: request.method, path: pathForLog(request.url) });
    const allow = error instanceof WrongMethod ? ['Allow', error.allow] : headers;
    sendProblem(response, problem, allow);
  };

  const answer = (
    request: IncomingMessage,
    response: ServerResponse,
    admitted: AdmittedRequest,
    document: PublishedDocument,
  ): void => {
    if (!servePublicDocument(response, admitted.method, request.headers['if-none-match'], document)) {
      throw new WrongMethod(DOCUMENT_METHODS);
    }
    onActivity();
  };

  const answerLater = async (
    request: IncomingMessage,
    response: ServerResponse,
    admitted: AdmittedRequest,
  ): Promise<void> => {
    if (admitted.path.startsWith(`${CONTROL_PREFIX}/`)) {
      const control = await loadControlApi();
      await control(request, response, admitted);
      return;
    }
    if (await answerPlatform(request, response, admitted)) {
      // A platform looks at its credentials itself, and refuses in a form of its own.
      if (response.statusCode < 400) onActivity();
      return;
    }
    // Known as a document although it is not there yet: a browser asks whether it may read it before it does.
    if (rules.isPublic(admitted.path) && !DOCUMENT_METHODS.split(', ').includes(admitted.method)) {
      throw new WrongMethod(DOCUMENT_METHODS);
    }
    const document = await makeDocument(admitted.path);
    if (document === undefined) throw new MintmarkError('not_found');
    answer(request, response, admitted, document);
  };

  return (request, response) => {
    let admitted: AdmittedRequest;
    try {
      connections.touch(request.socket);
      admitted = admitRequest(request, rules);
      const document = findDocument(admitted.path);
      if (document !== undefined) {
        answer(request, response, admitted, document);
        return;
      }
    } catch (error) {
      refuse(request, response, error);
      return;
    }
    connections.begin(request.socket, response);
    answerLater(request, response, admitted).catch((error: unknown) => refuse(request, response, error));
  };
}
