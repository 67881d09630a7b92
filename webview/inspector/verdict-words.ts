import { type DecodedToken, MAX_DECODE_LENGTH } from '../../daemon/token/decode.ts';
import { explainCode, isVerdictCode } from '../../daemon/token/explain-code.ts';
import { showSafely } from '../../daemon/token/safe-text.ts';
import type { InspectorSnapshot, PageVerdict } from '../protocol.ts';
import { describeNearInstant } from '../ui/countdown.ts';
import { shortenKid } from '../ui/shorten-kid.ts';
import { t, translateKnown } from '../ui/words.ts';

export interface Banner {
  readonly tone: 'plain' | 'good' | 'bad' | 'unsure';
  readonly headline: string;
  /** The headline without what changes every second. */
  readonly spoken: string;
  readonly sentences: readonly string[];
}

/** The verdict in words, the gravest first; before there is one, that there is none. */
export function describeVerdict(
  { verdict, verifying, expect, live }: Pick<InspectorSnapshot, 'verdict' | 'verifying' | 'expect' | 'live'>,
  exp: number | null,
  nowSeconds: number,
): Banner {
  if (verdict === null) {
    const headline = verifying ? t('Verifying…') : t('Decoded, not verified');
    const sentence = t('This is what the text says. Nothing of it has been checked: anyone can write such a text.');
    return { tone: 'plain', headline, spoken: headline, sentences: [sentence] };
  }
  const reason = verdict.reason !== null && isVerdictCode(verdict.reason) ? explainCode(verdict.reason) : null;
  const origin = describeProvenance(verdict);
  if (verdict.status === 'accepted') {
    const scope = describeScope(verdict, expect);
    const following = live ? [t('Live: time, rotation and revocation change it by themselves.')] : [];
    const spoken = describeAcceptance(verdict);
    const headline = [spoken, ...describeTimeLeft(exp, nowSeconds)].join(' · ');
    return { tone: 'good', headline, spoken, sentences: [origin, scope, ...following] };
  }
  const why = reason ? [translateKnown(reason.problem), t('What helps: {0}', translateKnown(reason.mend))] : [];
  const tone = verdict.status === 'refused' ? 'bad' : 'unsure';
  const word = verdict.status === 'refused' ? t('Refused') : t('Undecided');
  const headline = `${word} · ${verdict.reason ?? ''}`;
  return { tone, headline, spoken: headline, sentences: [...why, origin] };
}

function describeAcceptance({ provenance }: PageVerdict): string {
  return [t('Accepted'), provenance === 'local-issuer' ? t('local issuer') : nameSource(provenance)].join(' · ');
}

function describeTimeLeft(exp: number | null, nowSeconds: number): readonly string[] {
  return exp === null || exp <= nowSeconds ? [] : [t('expires {0}', describeNearInstant(exp, nowSeconds))];
}

function nameSource(provenance: PageVerdict['provenance']): string {
  return provenance === 'trusted-issuer' ? t('issuer elsewhere') : t('keys given by hand');
}

/** Instead of a verdict, for a text that was not decoded: it is no token, or too long to be looked at. */
export function describeUndecoded({ findings }: Pick<DecodedToken, 'findings'>): Banner {
  if (findings.some(({ code }) => code === 'too_large')) {
    const headline = t('Too long');
    const sentence = t('The text has more than {0} characters. Nothing was decoded.', MAX_DECODE_LENGTH);
    return { tone: 'plain', headline, spoken: headline, sentences: [sentence] };
  }
  const headline = t('No token');
  const sentence = t('The text is not in the form of a signed or an encrypted token. Nothing was decoded.');
  return { tone: 'plain', headline, spoken: headline, sentences: [sentence] };
}

/** Whose keys the signature was held against, which is what a verdict is worth. */
export function describeProvenance({ provenance, issuer, kid, checks }: PageVerdict): string {
  const who = issuer === null ? t('the issuer') : showSafely(issuer).slice(0, 300);
  const key = kid === null ? t('a key') : t('the key {0}', shortenKid(showSafely(kid)));
  const isSigned = checks.some(({ name, outcome }) => name === 'signature' && outcome === 'pass');
  switch (provenance) {
    case 'local-issuer':
      return isSigned
        ? t('Signed with {0} of {1}, an issuer that runs on this machine.', key, who)
        : t('Held against {0} of {1}, an issuer that runs on this machine.', key, who);
    case 'trusted-issuer':
      return isSigned
        ? t('Signed with {0}, which {1} publishes.', key, who)
        : t('Held against {0}, which {1} publishes.', key, who);
    case 'supplied-keys':
      return t('Held against keys that were given by hand: whose they are, nothing here says.');
    default:
      return t('No key was found to hold the signature against. A key in the token itself is never used.');
  }
}

function describeScope({ checks }: PageVerdict, expect: InspectorSnapshot['expect']): string {
  const isAudienceChecked = checks.some(({ name, outcome }) => name === 'audience' && outcome === 'pass');
  if (isAudienceChecked && expect !== null) {
    const names = expect.audience.map((audience) => showSafely(audience).slice(0, 200)).join(', ');
    // One of those that are expected is enough.
    return expect.audience.length > 1 ? t('It is made for one of these: {0}.', names) : t('It is made for {0}.', names);
  }
  return t('For whom it is made was not checked: your service must expect an audience of its own.');
}
