import type { PlatformAnswer } from '../platform.ts';

/** Every answer says what it is: clients take none for the server's that does not. */
const HEADERS = { 'metadata-flavor': 'Google', server: 'Metadata Server for VM' };

/** An answer as the metadata server gives it: text, unless the type says otherwise. */
export function answerText(status: number, body: string, contentType = 'application/text'): PlatformAnswer {
  return { status, contentType, body, headers: HEADERS };
}

/** An answer to `?alt=json` (docs: View and query VM metadata). */
export function answerJsonText(content: unknown): PlatformAnswer {
  return answerText(200, JSON.stringify(content), 'application/json');
}

/** An error is a page for people; of the real one this is the part that says something. */
export function refuse(status: number, text: string): PlatformAnswer {
  const page = `<!DOCTYPE html>\n<html lang=en>\n<title>Error ${status}</title>\n<p><b>${status}.</b> ${escapeHtml(text)}\n`;
  return answerText(status, page, 'text/html; charset=UTF-8');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
