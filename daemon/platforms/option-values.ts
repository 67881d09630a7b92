// Forms of options that several platforms have. All but the last take the empty text: nothing was said.
export const DIGITS = /^\d{0,15}$/;
export const UUID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;
export const SLUG = /^[a-z0-9-]*$/;
/** A role of AWS, as AWS_ROLE_ARN has it (IAM docs: "IAM identifiers"). */
export const ROLE_ARN = /^(?:arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+)?$/;
/** How it is told. */
export const ROLE_ARN_FORM = 'arn:aws:iam::ACCOUNT:role/NAME with an account of 12 digits';
export const YES_OR_NO = /^(?:true|false)$/;

/** A name in the form of `SLUG`. */
export function toSlug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
}

/** The members of an option that lists several, separated by commas; none when nothing was said. */
export function splitOption(value: string | undefined): readonly string[] {
  return value ? value.split(',') : [];
}
