import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { readBearer } from '../bearer-token.ts';
import { answerJson, type PlatformAnswer, type PlatformRoute } from '../platform.ts';
import { createDesk } from './desk.ts';

/** Where the stub's organization lies below the issuer's URL. */
export const STUB_PATH = '/semaphore';
/** Where Semaphore starts workflows, below an organization's URL. */
export const WORKFLOWS_PATH = '/api/v1alpha/plumber-workflows';
export const WEBHOOK_PATH = '/api/v1/webhooks';

const workflow = z.object({
  project_id: z.string().optional(),
  reference: z.string().optional(),
  pipeline_file: z.string().optional(),
  commit_sha: z.string().optional(),
  parameters: z.record(z.string(), z.string()).default({}),
});
const pipeline = z.object({ id: z.string().min(1), state: z.string().optional(), result: z.string().optional() });

export const routes: readonly PlatformRoute[] = [
  {
    // A Semaphore that starts nothing and remembers what it was asked. Texts of its errors are ours.
    path: `${STUB_PATH}${WORKFLOWS_PATH}`,
    answer: async ({ method, headers, body }, site) => {
      if (method !== 'POST') return answerJson(405, { message: 'Method Not Allowed' });
      const desk = site.remember(createDesk);
      if (!isSame(readBearer(headers.authorization, 'token') ?? '', desk.stubToken)) {
        return answerJson(401, { message: 'Unauthorized' });
      }
      const request = read(workflow, body);
      if (request === null) return answerJson(400, { message: 'Invalid request' });
      const { workflow_id, pipeline_id } = desk.record(request);
      return answerJson(200, { workflow_id, pipeline_id });
    },
  },
  {
    // Semaphore says here how a pipeline ended (run_workflow.go, HandleWebhook).
    path: `${WEBHOOK_PATH}/{id}`,
    answer: async ({ method, members, headers, body }, site) => {
      if (method !== 'POST') return answerText(405, 'method not allowed');
      const desk = site.remember(createDesk);
      if (members.id !== desk.webhook.id) return answerText(404, 'webhook not found');
      const [, signature = ''] = /^(?:sha256=)?(.*)$/s.exec(headers['x-semaphore-signature-256'] ?? '') ?? [];
      if (!isSame(signature, sign(body, desk.webhook.secret))) return answerText(403, 'invalid signature');
      const done = read(z.object({ pipeline }), body);
      if (done === null) return answerText(400, 'pipeline data missing from webhook payload');
      const { id, state, result } = done.pipeline;
      if (state === 'done') desk.finish(id, result === 'passed' ? 'passed' : 'failed');
      return answerText(200, '');
    },
  },
];

function sign(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function read<T extends z.ZodType>(schema: T, body: string): z.output<T> | null {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return null;
  }
}

function answerText(status: number, body: string): PlatformAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}
