/** What a look at one thing found. A `note` is worth knowing and no fault. */
export interface Finding {
  readonly outcome: 'ok' | 'note' | 'fault';
  readonly detail: string;
  /** What to do about it. */
  readonly mend: string | null;
}

export const findOk = (detail: string): Finding => ({ outcome: 'ok', detail, mend: null });
export const findNote = (detail: string, mend: string | null = null): Finding => ({ outcome: 'note', detail, mend });
export const findFault = (detail: string, mend: string | null): Finding => ({ outcome: 'fault', detail, mend });
