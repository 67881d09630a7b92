import { l10n, type QuickPickItem, window } from 'vscode';
import { LOOPBACK_NAMES } from '../../../daemon/token/loopback-names.ts';
import { showSafely } from '../../../daemon/token/safe-text.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { Expectation } from '../../daemon/watch-list.ts';
import { readLeewaySeconds, readTrustedIssuers } from '../../read-trust.ts';
import { cutText } from './markdown.ts';
import type { TokenFacts } from './token-facts.ts';

interface Choice<T> extends QuickPickItem {
  readonly take: () => Promise<T | undefined> | T;
}

/** An audience, or undefined where any will do. */
interface Answer {
  readonly value: string | undefined;
}

/**
 * Asks which issuer and which audience a token is to be verified against. The token's own word is offered, and is used
 * only when it is chosen: keys are fetched from nowhere else. Undefined when the person gave up.
 */
export async function chooseExpectation(
  session: Pick<DaemonSession, 'issuers'>,
  facts: TokenFacts,
): Promise<Expectation | undefined> {
  const issuer = await chooseIssuer(session, facts.issuer);
  if (issuer === undefined) return undefined;
  const audience = await chooseAudience(facts.audience);
  if (audience === undefined) return undefined;
  return { issuer, ...(audience.value === undefined ? {} : { audience: audience.value }), ...readLeeway() };
}

/** What a token of a local issuer is watched against without a question; null for a token from elsewhere. */
export function expectLocally(session: Pick<DaemonSession, 'issuers'>, { issuer }: TokenFacts): Expectation | null {
  return issuer !== null && session.issuers.some(({ url }) => url === issuer) ? { issuer, ...readLeeway() } : null;
}

function readLeeway(): Expectation {
  const leewaySeconds = readLeewaySeconds();
  return leewaySeconds > 0 ? { leewaySeconds } : {};
}

async function chooseIssuer(
  { issuers }: Pick<DaemonSession, 'issuers'>,
  claimed: string | null,
): Promise<string | undefined> {
  const known = [
    ...issuers.map(({ url, slug }) => ({ url, description: l10n.t('local issuer {0}', slug) })),
    ...readTrustedIssuers().map((url) => ({ url, description: l10n.t('trusted issuer') })),
  ];
  const choices: Choice<string>[] = known
    .toSorted((a, b) => Number(b.url === claimed) - Number(a.url === claimed))
    .map(({ url, description }) => ({ label: show(url), description, take: () => url }));
  if (claimed !== null && isIssuerUrl(claimed) && known.every(({ url }) => url !== claimed)) {
    const description = l10n.t('says the token; its keys would be fetched from there');
    choices.push({ label: show(claimed), description, take: () => claimed });
  }
  choices.push({ label: l10n.t('$(edit) Another Issuer…'), take: askForIssuer });
  const placeHolder = l10n.t('Which issuer must the token come from?');
  return (await window.showQuickPick(choices, { placeHolder }))?.take();
}

async function askForIssuer(): Promise<string | undefined> {
  const validateInput = (text: string) =>
    isIssuerUrl(text) ? null : l10n.t('An issuer is an https URL, or http on this machine.');
  return (await window.showInputBox({ prompt: l10n.t('Issuer URL, as in the claim iss'), validateInput }))?.trim();
}

/** May keys be fetched below it? The daemon judges it again, and refuses more. */
function isIssuerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_NAMES.has(hostname));
}

async function chooseAudience(claimed: readonly string[]): Promise<Answer | undefined> {
  const choices: Choice<Answer>[] = [
    ...claimed.map((value) => ({ label: show(value), description: l10n.t('says the token'), take: () => ({ value }) })),
    { label: l10n.t('$(edit) Another Audience…'), take: askForAudience },
    { label: l10n.t('$(circle-slash) Any Audience (Not Checked)'), take: () => ({ value: undefined }) },
  ];
  const placeHolder = l10n.t('Which audience are you: for whom must the token be?');
  return (await window.showQuickPick(choices, { placeHolder }))?.take();
}

async function askForAudience(): Promise<Answer | undefined> {
  const value = (await window.showInputBox({ prompt: l10n.t('Audience, as in the claim aud') }))?.trim();
  return value ? { value } : undefined;
}

/** Foreign text as a label: labels turn `$(name)` into icons. */
const show = (text: string): string => showSafely(cutText(text, 120)).replaceAll('$(', '$ (');
