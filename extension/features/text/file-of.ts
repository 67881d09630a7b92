import { type TextDocument, type Uri, workspace } from 'vscode';

const NOTEBOOK_CELL = 'vscode-notebook-cell';

/** The address of the file that a document stands in: of a cell it is its notebook's. */
export function fileOf(document: TextDocument): Uri {
  if (document.uri.scheme !== NOTEBOOK_CELL) return document.uri;
  const notebook = workspace.notebookDocuments.find((open) =>
    open.getCells().some((cell) => cell.document === document),
  );
  return notebook?.uri ?? document.uri;
}
