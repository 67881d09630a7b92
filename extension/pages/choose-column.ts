import { ViewColumn, window } from 'vscode';

/** Beside the text that the page is about, without opening a third column; where there is no text, in its place. */
export function chooseColumn(): ViewColumn {
  const column = window.activeTextEditor?.viewColumn;
  if (column === undefined) return ViewColumn.Active;
  return column === ViewColumn.One ? ViewColumn.Beside : ViewColumn.One;
}
