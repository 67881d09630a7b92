import type { OperationOutput } from '../protocol/operations.ts';
import { PLATFORMS } from './registry.ts';

/** Every platform that is emulated, with what can be said about its jobs. */
export function listPlatforms(): OperationOutput<'platforms.list'> {
  const items = Object.entries(PLATFORMS).flatMap(([name, platform]) => {
    if (platform === null) return [];
    const { label, delivery, events, options, claims } = platform;
    return [
      {
        name,
        label,
        delivery,
        events: [...events],
        options: Object.entries(options).map(([option, rule]) => ({
          name: option,
          meaning: rule.meaning,
          default: rule.default,
        })),
        claims: Object.entries(claims).map(([claim, rule]) => ({
          name: claim,
          type: rule.type,
          meaning: rule.meaning,
        })),
      },
    ];
  });
  return { items, nextCursor: null };
}
