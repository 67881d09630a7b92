/** What the lenses of jobs run; not for the palette, so the manifest does not name them. */
export const JOB_COMMANDS = {
  mint: 'mintmark.mintJobToken',
  watch: 'mintmark.watchJobToken',
} as const;
