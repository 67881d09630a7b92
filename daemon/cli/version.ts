/** Filled in by the build from package.json. */
declare const MINTMARK_VERSION: string | undefined;

export const VERSION = typeof MINTMARK_VERSION === 'string' ? MINTMARK_VERSION : '0.0.0-source';
