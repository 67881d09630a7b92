import { ViewColumn, window } from 'vscode';

/** Beside the text that the page is about; where there is none, in its place. */
export function chooseColumn(): ViewColumn {
  return window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
}
