import { MintmarkError } from '../../problem.ts';

/** A path that is there, asked with a method that it does not have (RFC 9110 §15.5.6). */
export class WrongMethod extends MintmarkError {
  readonly allow: string;

  constructor(allow: string) {
    super('method_not_allowed', `Allowed here: ${allow}`);
    this.allow = allow;
  }
}
