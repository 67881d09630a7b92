import { l10n } from 'vscode';
import type { Issuer, KeyState, TokenRecord } from '../../../daemon/protocol/resources.ts';
import { showSafely } from '../../../daemon/token/safe-text.ts';
import { describeExpiry } from '../../../daemon/token/time-words.ts';
import { COMMANDS } from '../../contributions.ts';
import { labelToken } from '../../daemon/label-token.ts';
import type { Verdict, WatchedToken } from '../../daemon/watch-list.ts';
import { isLive, sayClock, sayLeft } from '../../instant-words.ts';
import type { RowLook, RowNode } from '../../row-tree.ts';
import type { RecordRow } from '../../rows.ts';
import { cutMiddle } from '../../short-name.ts';
import { describeProvenance, describeStatus } from '../text/describe-verdict.ts';
import { namesIssuer } from './names-issuer.ts';

export const recordRowId = (jti: string): string => `record/${jti}`;

/**
 * Watched tokens with their live verdict, then the records of minted ones, newest first. A minted token that is watched
 * stands there once: as its record, with the verdict of the first watch on it.
 */
export function listTokenRows(
  watched: readonly WatchedToken[],
  records: readonly TokenRecord[],
  issuers: readonly Issuer[],
  nowMs: number,
): RowNode[] {
  const makers = new Map(
    issuers.map((issuer) => [
      issuer.url,
      { issuer, states: new Map(issuer.keys.map(({ kid, state }) => [kid, state])) },
    ]),
  );
  // There is always one issuer at least: none are known while the daemon is being left or joined.
  const absent = issuers.length === 0 ? 'unknown' : 'gone';
  const findEnd = (record: TokenRecord): End | null => {
    const maker = makers.get(record.issuer);
    const end = describeEnd(record, maker?.states.get(record.kid) ?? absent, nowMs);
    if (end !== null) return { words: end, isOver: true };
    if (maker === undefined || namesIssuer(record, maker.issuer, nowMs)) return null;
    return { words: l10n.t('other issuer'), isOver: false };
  };
  const shown = new Set<TokenRecord>();
  const rows = watched.map((token): RowNode => {
    const record = records.find((each) => !shown.has(each) && isRecordOf(each, token));
    if (record === undefined) return toWatchRow(token, nowMs);
    shown.add(record);
    const own = toRecordRow(record, findEnd(record), nowMs);
    const live = lookAtWatch(token, nowMs);
    const contextValue = `${own.contextValue}.watched`;
    return { ...own, ...live, watchId: token.id, contextValue, tooltip: `${live.tooltip}\n${own.tooltip}` };
  });
  const others = records.filter((record) => !shown.has(record));
  return [...rows, ...others.map((record) => toRecordRow(record, findEnd(record), nowMs))];
}

/** Is this the record of that token? A forged one may name the same issuer, key and `jti`. */
function isRecordOf(record: TokenRecord, { verdict }: WatchedToken): boolean {
  if (verdict === null || verdict.kid !== record.kid || verdict.issuer !== record.issuer) return false;
  // A platform that writes no `jti` tells its tokens apart by what they claim.
  const isSame =
    verdict.jti === null
      ? JSON.stringify(verdict.claims) === JSON.stringify(record.claims)
      : verdict.jti === record.jti;
  return isSame && verdict.checks.every(({ name, outcome }) => name !== 'signature' || outcome !== 'fail');
}

/** What leaves room for a description in a view of usual width, characters. */
const LONGEST_LABEL = 22;
const LONGEST_ISSUER = 200;

const VERDICT_LOOKS: Readonly<Record<Verdict['status'], { icon: string; color: string }>> = {
  accepted: { icon: 'pass', color: 'testing.iconPassed' },
  refused: { icon: 'error', color: 'testing.iconFailed' },
  undecided: { icon: 'question', color: 'testing.iconQueued' },
};

function toWatchRow(token: WatchedToken, nowMs: number): RowNode {
  const { id } = token;
  return { kind: 'watch', watchId: id, id: `watch/${id}`, contextValue: 'watch', ...lookAtWatch(token, nowMs) };
}

type LiveLook = Omit<RowLook, 'id' | 'contextValue' | 'children'> & { readonly tooltip: string };

function lookAtWatch({ label, verdict, expect }: WatchedToken, nowMs: number): LiveLook {
  const audience = [expect.audience ?? []].flat().join(', ');
  const spoken = verdict === null ? l10n.t('waiting for the issuer') : sayVerdict(verdict, nowMs);
  return {
    label: cutMiddle(label, LONGEST_LABEL),
    fullLabel: label,
    description: verdict === null ? l10n.t('waiting') : describeVerdict(verdict),
    spoken,
    tooltip: [
      label,
      spoken,
      l10n.t('Watched: the verdict changes here as soon as it changes.'),
      audience === '' ? l10n.t('Any audience is accepted.') : l10n.t('Expected audience: {0}', audience),
    ].join('\n'),
    command: COMMANDS.inspectToken,
    ...(verdict === null ? { icon: 'eye' } : VERDICT_LOOKS[verdict.status]),
  };
}

/** The word alone, or why it is not accepted: the sign beside it says the rest. */
function describeVerdict({ status, reason }: Verdict): string {
  return status === 'accepted' ? l10n.t('accepted') : (reason ?? status).replaceAll('_', ' ');
}

/** `accepted · local issuer · expires in 4 min`, `refused: key revoked`. */
function sayVerdict(verdict: Verdict, nowMs: number): string {
  const { status, expiresAt } = verdict;
  if (status !== 'accepted') return describeStatus(verdict);
  const expiry = expiresAt === null ? null : describeExpiry(Date.parse(expiresAt) / 1_000, nowMs / 1_000);
  return [describeStatus(verdict), describeProvenance(verdict), expiry].filter(Boolean).join(' · ');
}

/** Why a minted token is refused; not `isOver` where its verifier may be given the keys, and it can still be revoked. */
interface End {
  readonly words: string;
  readonly isOver: boolean;
}
type RecordLook = RowLook & { readonly tooltip: string };

function toRecordRow(record: TokenRecord, end: End | null, nowMs: number): RecordRow & RecordLook {
  const { jti, kid, issuer, subject, expiresAt, revokedAt } = record;
  const label = labelToken({ sub: subject, jti });
  const expiry = describeExpiry(Date.parse(expiresAt) / 1_000, nowMs / 1_000);
  return {
    kind: 'record',
    jti,
    id: recordRowId(jti),
    label: cutMiddle(label, LONGEST_LABEL),
    fullLabel: label,
    description: end?.words ?? l10n.t('{0} left', sayLeft(expiresAt, nowMs)),
    tooltip: [
      label,
      `jti ${jti}`,
      `kid ${kid}`,
      issuer,
      ...(end?.isOver === false ? [sayOtherIssuer(record)] : []),
      l10n.t('minted {0}', sayClock(record.issuedAt, nowMs)),
      expiry,
      ...(revokedAt === null ? [] : [l10n.t('revoked {0}', sayClock(revokedAt, nowMs))]),
    ].join('\n'),
    contextValue: end === null ? 'record.live' : end.isOver ? 'record.over' : 'record.elsewhere',
    command: COMMANDS.showTokenRecord,
    icon: end?.isOver ? 'archive' : 'tag',
    ...(end !== null && { color: 'disabledForeground' }),
  };
}

/** A token from before the issuers moved is told here, and a look-alike. */
function sayOtherIssuer({ claims: { iss } }: TokenRecord): string {
  const name = showSafely(typeof iss === 'string' ? cutMiddle(iss, LONGEST_ISSUER) : '');
  return l10n.t('It names {0} as its issuer: it is refused here unless its keys are given.', name);
}

/** `gone`: no issuer has it; `unknown`: nobody can say just now. */
type FoundState = KeyState | 'gone' | 'unknown';

/**
 * Why a minted token is refused everywhere by now; null while it is not. An issuer keeps each of its keys, in whatever
 * state: one that it has not is of an issuer that was deleted, though another may have its name since.
 */
function describeEnd(record: TokenRecord, keyState: FoundState, nowMs: number): string | null {
  if (record.revokedAt !== null) return l10n.t('revoked');
  if (keyState === 'gone') return l10n.t('issuer deleted');
  if (keyState === 'revoked') return l10n.t('key revoked');
  if (keyState === 'retired') return l10n.t('key retired');
  return isLive(record, nowMs) ? null : l10n.t('expired');
}
