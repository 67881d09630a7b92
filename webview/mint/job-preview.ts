import { isJsonObject } from '../../daemon/token/strict-json.ts';
import type { JobPreview, MintDraft, MintSnapshot, PagePlatform } from '../protocol.ts';
import { splitAudience } from '../read-draft.ts';
import { announce } from '../ui/announce.ts';
import { element } from '../ui/element.ts';
import { showValue } from '../ui/show-value.ts';
import { t } from '../ui/words.ts';

type Typed = Pick<MintDraft, 'subject' | 'audience' | 'claims'>;

/** What the token would say, as it changes with the job and with what is typed over it. */
export interface PreviewPanel {
  readonly node: HTMLElement;
  update(snapshot: MintSnapshot, platform: PagePlatform | undefined, typed: Typed): void;
  /** What is shown is of an older draft: the new one is on its way. */
  outdate(): void;
}

export function createPreview(): PreviewPanel {
  const head = element('h2', { id: 'preview-title' }, t('What its token would say'));
  const notes = element('div', {});
  const rows = element('tbody', {});
  const table = element('table', { 'aria-labelledby': 'preview-title' }, rows);
  // It scrolls by itself: the keyboard must reach it.
  const frame = element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'group', 'aria-labelledby': 'preview-title' },
    table,
  );
  const node = element('section', { class: 'preview', 'aria-labelledby': 'preview-title' }, head, notes, frame);
  let shown = '';
  let values: ReadonlyMap<string, string> = new Map();

  const show = (preview: JobPreview, platform: PagePlatform, typed: Typed) => {
    const members = listMembers(preview, typed);
    notes.replaceChildren(...writeNotes(preview));
    rows.replaceChildren(
      ...members.map(([name, raw]) => {
        const isChanged = values.size > 0 && values.get(name) !== raw;
        const meaning = platform.claims.find((claim) => claim.name === name)?.meaning ?? '';
        return element(
          'tr',
          { class: isChanged ? 'changed' : '' },
          element('th', { scope: 'row', title: meaning }, element('code', {}, name)),
          element('td', {}, showValue(raw)),
        );
      }),
    );
    frame.hidden = preview.refusal !== null;
    values = new Map(members);
    announce(
      preview.refusal === null ? t('The subject would be {0}', preview.subject) : t('This job would get no token'),
    );
  };
  return {
    node,
    update({ preview, previewing, previewProblem }, platform, typed) {
      node.hidden = preview === null || platform === undefined || previewProblem !== null;
      node.classList.toggle('old', previewing);
      if (preview === null || platform === undefined || previewing) return;
      const next = JSON.stringify([preview, typed, platform.name]);
      if (next === shown) return;
      shown = next;
      show(preview, platform, typed);
    },
    outdate: () => node.classList.add('old'),
  };
}

function writeNotes({ refusal, unknowns, warnings }: JobPreview): Node[] {
  return [
    ...(refusal === null
      ? []
      : [
          element(
            'p',
            { class: 'notice bad' },
            element('strong', {}, t('This job would get no token.')),
            ` ${refusal.detail} ${refusal.mend}`,
          ),
        ]),
    ...[...unknowns, ...warnings].map((line) => element('p', { class: 'faint' }, line)),
  ];
}

/** Claims by name, with what is typed in the place of what the platform would say; each value as JSON. */
function listMembers(preview: JobPreview, { subject, audience, claims }: Typed): readonly [string, string][] {
  const audiences = splitAudience(audience);
  const members = new Map<string, string>([
    ['sub', JSON.stringify(subject.trim() || preview.subject)],
    [
      'aud',
      audiences.length === 0 ? preview.audience : JSON.stringify(audiences.length === 1 ? audiences[0] : audiences),
    ],
  ]);
  for (const text of [preview.claims, claims]) {
    for (const [name, value] of Object.entries(readObject(text))) members.set(name, JSON.stringify(value));
  }
  return [...members];
}

/** Half-typed claims say nothing yet; the form tells what is wrong with them. */
function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
