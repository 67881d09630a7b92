import { expect, it } from 'vitest';
import { describeEvent, topicOf } from '../../../../extension/features/activity/describe-event.ts';
import { listEventRows, NO_FILTER } from '../../../../extension/features/activity/list-event-rows.ts';
import { makeEvent, NOW } from '../wire-values.ts';

const EVENTS = [
  makeEvent({ seq: 1, name: 'issuer.created', subject: null }),
  makeEvent({ seq: 2, name: 'key.activated' }),
  makeEvent({ seq: 3, name: 'token.minted', issuer: 'other', subject: '0123456789abcdef' }),
  makeEvent({ seq: 4, name: 'master.rotated', issuer: null, subject: 'm2' }),
];
const seqs = (filter: typeof NO_FILTER) =>
  listEventRows(EVENTS, filter, NOW).map((row) => row.kind === 'event' && row.seq);

it('shows the newest event first, in words, with its time, and its issuer where it is not the usual one', () => {
  expect(seqs(NO_FILTER)).toEqual([4, 3, 2, 1]);
  expect(listEventRows(EVENTS, NO_FILTER, NOW)[1]).toMatchObject({
    label: 'Token …abcdef minted',
    description: '1 min ago · other',
  });
  expect(listEventRows(EVENTS, NO_FILTER, NOW)[2]?.description).toBe('1 min ago');
});

it.each([
  ['a topic', { topics: new Set(['keys'] as const), issuers: new Set<string>() }, [2]],
  ['an issuer', { topics: new Set<never>(), issuers: new Set(['other']) }, [3]],
  ['two topics', { topics: new Set(['keys', 'daemon'] as const), issuers: new Set<string>() }, [4, 2]],
  ['a topic of an issuer', { topics: new Set(['keys'] as const), issuers: new Set(['other']) }, []],
])('shows only what is of %s', (_name, filter, expected) => {
  expect(seqs(filter)).toEqual(expected);
});

it.each([
  'issuer.created',
  'issuer.deleted',
  'key.published',
  'key.activated',
  'key.retiring',
  'key.retired',
  'key.revoked',
  'key.imported',
  'key.exported',
  'key.planned',
  'key.scheduled',
  'token.minted',
  'token.revoked',
  'master.rotated',
  'database.log_missing',
])('has words for %s', (name) => {
  expect(describeEvent(makeEvent({ name }))).not.toContain(name);
});

it('says from when a planned key signs, and that a plan was taken back', () => {
  const describePlan = (signsFrom: string | null) =>
    describeEvent(makeEvent({ name: 'key.planned', detail: { signsFrom } }));
  expect(describePlan(new Date(Date.now() + 7_200_000).toISOString())).toMatch(/^Key NzbLsXh8… to sign .*\d:\d\d/);
  expect(describePlan(null)).toBe('Key NzbLsXh8…: plan taken back');
});

it('shows an event that it does not know by its name', () => {
  const event = makeEvent({ name: 'moon.landed' });
  expect([describeEvent(event), topicOf(event)]).toEqual(['moon.landed', 'daemon']);
});
