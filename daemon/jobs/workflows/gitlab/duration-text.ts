const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** `1h 30m`, `3 hours`, `90 minutes`, `3600` in seconds (GitLab docs: "timeout"); null for what is none of these. */
export function readDurationText(text: string): number | null {
  if (/^\d{1,9}$/.test(text)) return Number(text) || null;
  const parts = [...text.matchAll(/(\d{1,9})\s*(s|m|h|d|w)[a-z]*/gi)];
  const rest = text.replace(/(\d{1,9})\s*(s|m|h|d|w)[a-z]*/gi, '').replace(/[\s,]|and/g, '');
  const seconds = parts.reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit.toLowerCase()] ?? 0),
    0,
  );
  return rest === '' && seconds > 0 ? seconds : null;
}
