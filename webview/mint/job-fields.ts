import type { MintDraft, MintField, MintSnapshot, PagePlatform } from '../protocol.ts';
import { element } from '../ui/element.ts';
import { t } from '../ui/words.ts';
import { createField, createInput, type Field, fillChoices } from './field.ts';

type JobDraft = Pick<MintDraft, 'job' | 'event' | 'ref' | 'options'>;

/** Which job the token is of: fields that a platform with jobs has. */
export interface JobFields {
  readonly node: HTMLElement;
  readonly fields: Readonly<Record<Extract<MintField, 'job' | 'event' | 'ref' | 'options'>, Field>>;
  read(): JobDraft;
  /** Shows what the platform offers; what is filled in stays as long as it is offered. */
  update(snapshot: MintSnapshot, platform: PagePlatform | undefined): void;
}

/** Neutral words, which every platform takes beside its own. */
const TRIGGERS = ['push', 'tag', 'pull_request', 'fork', 'schedule', 'manual'] as const;

export function createJobFields(draft: JobDraft): JobFields {
  let wanted: Pick<JobDraft, 'job' | 'event'> = draft;
  const said = new Map(draft.options.map(({ name, value }) => [name, value]));
  const job = createField(t('Job'), element('select', { id: 'job' }));
  const event = createField(t('Event'), element('select', { id: 'event' }));
  const known = element('datalist', { id: 'known-refs' });
  const ref = createField(t('Branch or tag'), createInput('ref', draft.ref), known);
  ref.input.setAttribute('list', known.id);
  ref.input.placeholder = t('what is checked out');
  const options = createOptions(said);
  const node = element('div', { class: 'job' }, job.node, event.node, ref.node, options.field.node);

  const choose = (snapshot: MintSnapshot, platform: PagePlatform) => {
    const jobs = snapshot.jobs.map(({ name }) => ({ value: name, label: name }));
    fillChoices(job.input, [{ value: '', label: t('A job that is in no file') }, ...jobs], wanted.job);
    const triggers = snapshot.jobs.find(({ name }) => name === job.input.value)?.triggers ?? [];
    const events = [...new Set([...triggers, ...platform.events, ...TRIGGERS])];
    fillChoices(
      event.input,
      events.map((value) => ({ value, label: value })),
      wanted.event,
    );
  };
  let shown: { readonly snapshot: MintSnapshot; readonly platform: PagePlatform } | undefined;
  node.addEventListener('input', () => {
    wanted = { job: job.input.value, event: event.input.value };
    // Another job may be started by other events.
    if (shown) choose(shown.snapshot, shown.platform);
  });
  return {
    node,
    fields: { job, event, ref, options: options.field },
    read: () =>
      node.hidden
        ? { job: '', event: '', ref: '', options: [] }
        : { job: job.input.value, event: event.input.value, ref: ref.input.value, options: options.read() },
    update(snapshot, platform) {
      node.hidden = platform === undefined || platform.events.length === 0;
      if (platform === undefined || node.hidden) return;
      shown = { snapshot, platform };
      choose(snapshot, platform);
      known.replaceChildren(...snapshot.refs.map((value) => element('option', { value })));
      options.update(platform);
    },
  };
}

/** What every job has, before what the platform adds. */
function listOptions({ options }: PagePlatform): PagePlatform['options'] {
  const common = [
    { name: 'environment', meaning: t('Deployment environment of the job'), default: '' },
    { name: 'repository', meaning: t('Owner and name of the repository: acme/widgets'), default: '' },
    { name: 'actor', meaning: t('Who started the job'), default: '' },
  ];
  return [...common.filter(({ name }) => !options.some((own) => own.name === name)), ...options];
}

function createOptions(said: Map<string, string>): {
  readonly field: Field;
  update(platform: PagePlatform): void;
  read(): JobDraft['options'];
} {
  const box = element('div', { class: 'options' });
  const details = element('details', {}, element('summary', {}, t('Environment, repository and more')), box);
  details.open = said.size > 0;
  const fault = element('p', { id: 'options-fault', class: 'fault', 'aria-live': 'polite' });
  let inputs: readonly HTMLInputElement[] = [];
  let shown = '';
  const first = createInput('options', '');
  return {
    field: {
      node: element('div', { class: 'field' }, details, fault),
      get input() {
        return inputs[0] ?? first;
      },
      tell(text) {
        if (fault.textContent === text) return;
        fault.textContent = text;
        if (text !== '') details.open = true;
      },
    },
    update(platform) {
      const options = listOptions(platform);
      const next = JSON.stringify(options);
      if (next === shown) return;
      shown = next;
      for (const { name, value } of inputs) said.set(name, value);
      inputs = options.map(({ name, default: usual }) => {
        const input = createInput(`option-${name}`, said.get(name) ?? '');
        input.name = name;
        input.placeholder = usual;
        return input;
      });
      box.replaceChildren(
        ...options.flatMap(({ name, meaning }, at) => {
          const input = inputs[at] ?? first;
          const id = `${input.id}-meaning`;
          input.setAttribute('aria-describedby', id);
          return [
            element('label', { for: input.id }, name),
            element('div', {}, input, element('div', { id, class: 'faint' }, meaning)),
          ];
        }),
      );
    },
    read: () => inputs.filter(({ value }) => value !== '').map(({ name, value }) => ({ name, value })),
  };
}
