import { isAbsolute, join, relative } from 'node:path';
import { workspace } from 'vscode';
import type { JobChoice } from '../workflow/job-choice.ts';
import { placeWorkflow } from '../workflow/workflow-files.ts';
import { ToolError } from './tool-error.ts';

/**
 * A job that a language model names as `FILE#JOB`, by a path below an open folder: no other file is read for it.
 * @throws ToolError for what is no workflow file of the workspace
 */
export function findWorkspaceJob(name: string): Required<Pick<JobChoice, 'file' | 'id'>> {
  const at = name.lastIndexOf('#');
  const [path, id] = [name.slice(0, at), name.slice(at + 1)];
  if (at < 1 || id === '') throw new ToolError('job is written FILE#JOB.');
  for (const { uri } of workspace.workspaceFolders ?? []) {
    if (uri.scheme !== 'file') continue;
    const file = isAbsolute(path) ? path : join(uri.fsPath, path);
    const below = relative(uri.fsPath, file);
    if (!below.startsWith('..') && !isAbsolute(below) && placeWorkflow(file) !== null) return { file, id };
  }
  throw new ToolError('job names no workflow file of the workspace.');
}
