import { lookup as lookupName } from 'node:dns';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { PostJson } from '../../canvas/start-workflow.ts';
import { LOOPBACK_NAMES } from '../../token/loopback-names.ts';
import { quoteText } from '../../token/quote.ts';
import {
  type FetchDocument,
  type FetchedDocument,
  ForbiddenFetchError,
  UnusableAnswerError,
} from '../../verify/fetch-document.ts';
import { classifyAddress } from './address-rules.ts';

const TOTAL_MS = 5_000;
const MAX_BYTES = 256 * 1024;

const JSON_TYPE = /^application\/(?:json|[\w.+-]+\+json)[ \t]*(?:;|$)/i;

export interface OutgoingOptions {
  /** How a name becomes addresses; the machine's resolver unless a test says otherwise. */
  readonly lookup?: typeof lookupName;
  readonly totalMs?: number;
}

interface Outgoing {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Makes the daemon's one way out to documents (RFC 8725 §3.10): http or https, JSON only, no redirects, no proxy, no
 * cookie or credential, 5 s and 256 KiB in all. A name is resolved once and the connection goes to the address that was
 * judged; a host that is a loopback name stays on loopback, and every other one off it.
 *
 * It rejects when there is no acceptable answer, as `FetchDocument` says; what any HTTP
 * status means is the caller's business.
 */
export function createFetchDocument(options: OutgoingOptions = {}): FetchDocument {
  const send = createSend(options);
  return (address) => send(address, { method: 'GET', headers: {} });
}

/**
 * Makes the way out for what a caller of the control API has sent to a server of theirs, by the same rules. It carries
 * a credential, the caller's own: off this machine it goes over TLS alone.
 */
export function createPostJson(options: OutgoingOptions = {}): PostJson {
  const send = createSend(options);
  return async (address, headers, body) => {
    const { protocol, hostname } = new URL(address);
    if (protocol !== 'https:' && !LOOPBACK_NAMES.has(hostname)) throw new Error('only https leaves this machine');
    return send(address, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body });
  };
}

function createSend({ lookup = lookupName, totalMs = TOTAL_MS }: OutgoingOptions) {
  return async (address: string, { method, headers, body }: Outgoing): Promise<FetchedDocument> => {
    const url = new URL(address);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new ForbiddenFetchError('only http and https are fetched');
    if (url.username !== '' || url.password !== '')
      throw new ForbiddenFetchError('a URL with a credential is not fetched');
    const isLoopbackHost = LOOPBACK_NAMES.has(url.hostname);
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(literal) !== 0) refuseAddress(literal, isLoopbackHost);
    const signal = AbortSignal.timeout(totalMs);
    const request: RequestOptions = {
      method,
      // Its own agent, which keeps no connection and knows no proxy.
      agent: false,
      lookup: judgeLookup(lookup, isLoopbackHost),
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'mintmark', ...headers },
      signal,
      maxHeaderSize: 16 * 1024,
    };
    try {
      return await readDocument(await sendRequest(url, request, body), signal);
    } catch (cause) {
      if (signal.aborted) throw new Error(`there was no whole answer within ${totalMs / 1000} s`, { cause });
      throw cause;
    }
  };
}

function sendRequest(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, options, resolve);
    request.once('error', reject);
    request.end(body);
  });
}

/** One forbidden address among several condemns the name: nobody honest publishes such a pair. */
function judgeLookup(lookup: typeof lookupName, isLoopbackHost: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? new Error('the name has no address'), '', 0);
        return;
      }
      try {
        for (const { address } of addresses) refuseAddress(address, isLoopbackHost);
      } catch (refusal) {
        callback(refusal instanceof Error ? refusal : new Error('refused'), '', 0);
        return;
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refuseAddress(address: string, isLoopbackHost: boolean): void {
  const kind = classifyAddress(address);
  if (kind === 'forbidden') {
    throw new ForbiddenFetchError(
      'its address is link-local, multicast or of a metadata service, and never fetched from',
    );
  }
  if (isLoopbackHost !== (kind === 'loopback')) {
    throw new ForbiddenFetchError(
      isLoopbackHost ? 'a loopback name leads elsewhere' : 'the name leads to this machine itself',
    );
  }
}

async function readDocument(response: IncomingMessage, signal: AbortSignal): Promise<FetchedDocument> {
  const { statusCode = 0, headers } = response;
  try {
    const type = headers['content-type'];
    if (statusCode === 200 && !JSON_TYPE.test(type ?? '')) {
      const named = type === undefined ? 'it has no Content-Type' : `its Content-Type is ${quoteText(type)}`;
      throw new UnusableAnswerError(`the answer does not say that it is JSON: ${named}`);
    }
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      throw new UnusableAnswerError('the answer is compressed');
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response) {
      const bytes: Buffer = chunk;
      length += bytes.length;
      if (length > MAX_BYTES) throw new UnusableAnswerError(`the answer has more than ${MAX_BYTES} bytes`);
      chunks.push(bytes);
    }
    // A body that ends with its connection (RFC 9112 §6.3) looks whole when it was we who ended that.
    signal.throwIfAborted();
    return { status: statusCode, headers, body: Buffer.concat(chunks) };
  } finally {
    response.destroy();
  }
}
