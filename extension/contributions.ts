/** Ids that the manifest and the code share (CONTRACT §7): written here and in package.json, nowhere else. */
export const COMMANDS = {
  inspectToken: 'mintmark.inspectToken',
} as const;
