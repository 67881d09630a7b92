import type { WorkflowKind } from '../../workflow-file.ts';
import { listEntries, pick, readText } from '../yaml-access.ts';
import { refuseFile, type YamlTree } from '../yaml-tree.ts';

/**
 * Whether a workflow or a job says that its jobs may ask for ID tokens; null: it does not say. GitHub and Depot ask for
 * `permissions` (docs: "Workflow syntax", "permissions"), where everything that is not named is none, Forgejo for
 * `enable-openid-connect`.
 * @throws MintmarkError `invalid_request` for what the platform would not take
 */
export function readGrant(kind: WorkflowKind, file: string, tree: YamlTree): boolean | null {
  return kind === 'forgejo' ? readSwitch(file, tree) : readPermissions(file, tree);
}

function readSwitch(file: string, tree: YamlTree): boolean | null {
  const value = pick(tree, 'enable-openid-connect');
  if (value === undefined) return null;
  const text = readText(value);
  if (text === 'true' || text === 'false') return text === 'true';
  throw refuseFile(file, value.line, 'enable-openid-connect is neither true nor false');
}

const WHOLE = ['read-all', 'write-all'];
const LEVELS = ['read', 'write', 'none'];

function readPermissions(file: string, tree: YamlTree): boolean | null {
  const permissions = pick(tree, 'permissions');
  if (permissions === undefined) return null;
  const whole = readText(permissions);
  if (whole !== undefined && WHOLE.includes(whole)) return whole === 'write-all';
  if (permissions.kind !== 'mapping') {
    throw refuseFile(file, permissions.line, 'permissions is neither a mapping nor read-all or write-all');
  }
  for (const [name, { line, value }] of listEntries(permissions)) {
    if (!LEVELS.includes(readText(value) ?? '')) {
      throw refuseFile(file, line, `permissions.${name} is none of read, write and none`);
    }
  }
  return readText(pick(permissions, 'id-token')) === 'write';
}

/** What remains of a called workflow's grant: a caller can only take away (docs: "Reuse workflows", "permissions"). */
export function narrowGrant(caller: boolean | null, called: boolean | null): boolean | null {
  if (called === null) return caller;
  return called && caller !== true ? false : called;
}
