import type { JobDescription } from '../../protocol/jobs.ts';
import { showSafely } from '../../token/safe-text.ts';

/** One job of a workflow file, as the list of its jobs has it. */
export interface JobOfFile {
  readonly id: string;
  readonly line: number;
  /** In the order of the events that were asked for. */
  readonly events: readonly JobOfEvent[];
}

export interface JobOfEvent {
  readonly event: string;
  /** Would the event certainly not run it? */
  readonly isLeftOut: boolean;
  readonly description: JobDescription;
}

/** More than anybody reads; JSON has all. */
const MOST_NOTES = 100;
const MOST_NAMES = 5;

/**
 * What is unknown of the jobs of a file, or doubtful: a line each, and each once, after the jobs and events that it is
 * about where that is not all of them.
 */
export function listNotes(jobs: readonly JobOfFile[]): readonly string[] {
  const about = new Map<string, { readonly ids: Set<string>; readonly events: Set<string> }>();
  const asked = new Set<string>();
  for (const { id, events } of jobs) {
    for (const { event, isLeftOut, description } of events) {
      asked.add(event);
      for (const note of [...description.warnings, ...(isLeftOut ? [] : nameUnknowns(description))]) {
        const known = about.get(note) ?? { ids: new Set(), events: new Set() };
        known.ids.add(id);
        known.events.add(event);
        about.set(note, known);
      }
    }
  }
  const lines = [...about].map(([note, { ids, events }]) => {
    const isOfAll = ids.size === jobs.length || [...ids].some((id) => note.includes(id));
    const of = [...(isOfAll ? [] : [nameSome(ids)]), ...(events.size === asked.size ? [] : [nameSome(events)])];
    return showSafely(`${of.length === 0 ? '' : `${of.join(' for ')}: `}${note}`);
  });
  const left = lines.length - MOST_NOTES;
  return left <= 0 ? lines : [...lines.slice(0, MOST_NOTES), `and ${left} more, which --json has`];
}

function nameUnknowns({ unknowns }: JobDescription): readonly string[] {
  return unknowns.map(({ where, expression }) => `${where}: ${expression} is not known here`);
}

function nameSome(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MOST_NAMES).join(', ');
  return names.size > MOST_NAMES ? `${shown} and ${names.size - MOST_NAMES} more` : shown;
}
