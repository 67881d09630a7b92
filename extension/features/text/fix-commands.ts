/** Commands behind quick fixes only: not in the palette, and of no use without their argument. */
export const FIX_COMMANDS = {
  mintReplacement: '_mintmark.mintReplacement',
  ignoreFile: '_mintmark.ignoreFile',
  ignoreProblem: '_mintmark.ignoreProblem',
} as const;
