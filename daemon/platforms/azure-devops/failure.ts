import { answerJson, type PlatformAnswer } from '../platform.ts';

const NAMESPACES = {
  UnauthorizedRequestException: 'Microsoft.TeamFoundation.Framework.Server',
  TaskOrchestrationPlanNotFoundException: 'Microsoft.TeamFoundation.DistributedTask.WebApi',
  VssVersionNotSpecifiedException: 'Microsoft.VisualStudio.Services.WebApi',
  VssServiceException: 'Microsoft.VisualStudio.Services.Common',
} as const;

/** An error as Azure DevOps writes it. */
export function refuse(status: number, typeKey: keyof typeof NAMESPACES, message: string): PlatformAnswer {
  const namespace = NAMESPACES[typeKey];
  return answerJson(status, {
    $id: '1',
    innerException: null,
    message,
    typeName: `${namespace}.${typeKey}, ${namespace}`,
    typeKey,
    errorCode: 0,
    eventId: 3000,
  });
}

/** Its answer to another method than POST looks like a list of one. */
export function refuseMethod(method: string): PlatformAnswer {
  const text = `The requested resource does not support http method '${method}'.`;
  return answerJson(405, { count: 1, value: { Message: text } }, { allow: 'POST' });
}
