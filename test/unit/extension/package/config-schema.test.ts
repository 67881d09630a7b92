import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../../../daemon/cli/files/config-schema.ts';

const FILE = join(import.meta.dirname, '../../../../extension/media/schemas/config.schema.json');

test('editors complete a configuration file by the very schema that the daemon reads it with (vitest -u writes it anew)', async () => {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(FILE);
});
