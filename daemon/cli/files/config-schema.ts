import { z } from 'zod';

const url = z.string().max(2_048);

/**
 * The settings of `serve --config`; there is none for a secret. `extension/media/schemas/` has it as the JSON Schema
 * with which an editor completes such a file, so the descriptions are for people.
 */
export const configSchema = z
  .strictObject({
    port: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .optional()
      .describe('Port on 127.0.0.1 and ::1; 0 takes a free one. It is part of every issuer URL. Without it 6468.'),
    idleExitSeconds: z.number().int().min(1).optional().describe('End after so many seconds without a client.'),
    ephemeral: z.boolean().optional().describe('Keep nothing: issuers, keys and tokens in memory only.'),
    publicUrl: url.optional().describe('Base URL under which a proxy serves this daemon; issuer URLs begin with it.'),
    https: z
      .boolean()
      .optional()
      .describe('Serve https://localhost with a certificate of its own; clients trust ca.pem.'),
    clockControl: z.boolean().optional().describe('Let callers with the control token set the time.'),
    trustedIssuers: z
      .array(url)
      .max(64)
      .optional()
      .describe('Issuers elsewhere whose keys may be fetched though no caller named them.'),
    allowedOrigins: z
      .array(url)
      .max(64)
      .optional()
      .describe('Origins of web pages that may call the control API; it still takes the control token.'),
  })
  .describe(
    'Settings of a Mintmark daemon, for `mintmark serve --config`. Options of the command line go before them.',
  );
