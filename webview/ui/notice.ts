import type { DaemonChoice } from '../protocol.ts';
import { button, element } from './element.ts';
import { t } from './words.ts';

/** Why nothing can be asked of an issuer now, and what helps; null when it can. */
export function showDaemonNotice(daemon: DaemonChoice, start: () => void): HTMLElement | null {
  switch (daemon) {
    case 'running':
      return null;
    case 'starting':
      return element('p', { class: 'notice' }, t('The issuer is starting…'));
    case 'startable':
      return element('p', { class: 'notice' }, t('No issuer runs here. '), button(t('Start Issuer'), start));
    case 'untrusted':
      return element(
        'p',
        { class: 'notice' },
        t('In Restricted Mode tokens are decoded, not verified or minted. Trust the workspace for the rest.'),
      );
    default:
      return element(
        'p',
        { class: 'notice' },
        t('A window in the browser alone can decode tokens, not verify or mint them.'),
      );
  }
}
