import {
  CustomExecution,
  type Disposable,
  Task,
  type TaskDefinition,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  type WorkspaceFolder,
} from 'vscode';
import { PROBLEM_MATCHERS, TASK_TYPE } from '../../contributions.ts';
import type { DaemonSession } from '../../daemon/session.ts';
import type { FeatureContext } from '../../feature-context.ts';

/** What `tasks.json` names it; the only one there is. */
const ISSUER_TASK = 'issuer';

/** Offers the issuer as a background task, so that a `preLaunchTask` waits until it is ready. */
export function registerTasks({ session }: FeatureContext): Disposable {
  return tasks.registerTaskProvider(TASK_TYPE, {
    provideTasks: () => [createTask(session, { type: TASK_TYPE, task: ISSUER_TASK }, TaskScope.Workspace)],
    resolveTask: ({ definition, scope }) =>
      definition.task === ISSUER_TASK ? createTask(session, definition, scope ?? TaskScope.Workspace) : undefined,
  });
}

function createTask(
  session: DaemonSession,
  definition: TaskDefinition,
  scope: WorkspaceFolder | TaskScope.Global | TaskScope.Workspace,
): Task {
  const execution = new CustomExecution(async () => {
    const { createIssuerTerminal } = await import('./issuer-terminal.ts');
    return createIssuerTerminal(session);
  });
  const task = new Task(definition, scope, ISSUER_TASK, 'mintmark', execution, PROBLEM_MATCHERS.issuer);
  task.isBackground = true;
  task.presentationOptions = { reveal: TaskRevealKind.Silent, panel: TaskPanelKind.Dedicated };
  return task;
}
