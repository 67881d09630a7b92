import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A reporter of vitest: puts beside the JSON report what that leaves out, the number of errors outside all tests. */
export default class OutsideErrorsReporter {
  onInit({ config }) {
    this.file = join(dirname(config.outputFile.json), 'outside-errors');
  }

  onTestRunEnd(_modules, errors) {
    writeFileSync(this.file, String(errors.length));
  }
}
