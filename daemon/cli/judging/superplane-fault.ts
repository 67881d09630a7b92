import { MintmarkError } from '../../problem.ts';

/**
 * What SuperPlane's own command line says, in its words. It is told as it stands, one line on stderr, and ends the
 * command with 1, as there; scripts compare both.
 */
export class SuperplaneFault extends MintmarkError {
  constructor(text: string) {
    super('usage', text);
    this.name = 'SuperplaneFault';
  }
}
