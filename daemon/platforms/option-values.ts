/** Forms of options that several platforms have. All of them take the empty text: nothing was said. */
export const DIGITS = /^\d{0,15}$/;
export const UUID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;
export const YES_OR_NO = /^(?:true|false)$/;

/** The members of an option that lists several, separated by commas; none when nothing was said. */
export function splitOption(value: string | undefined): readonly string[] {
  return value ? value.split(',') : [];
}
