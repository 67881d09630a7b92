import type { Uri } from 'vscode';

/** The last part of an address, which is what people call a file. */
export function nameFile({ path }: Uri): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
