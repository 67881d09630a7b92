/** The claims of an execution token of SuperPlane that was signed five seconds ago, for an hour. @param now seconds */
export function describeExecution(issuer: string, now: number) {
  return {
    iss: issuer,
    sub: 'execution:9d4c2b1e-6f0a-4c3d-8e5f-0a1b2c3d4e5f',
    aud: 'semaphore',
    iat: now - 5,
    nbf: now - 5,
    exp: now + 3_595,
    org_id: 'org',
    canvas_id: 'canvas',
    node_id: 'node',
    component: 'semaphore.runWorkflow',
    project_id: 'project',
    pipeline_file: '.semaphore/deploy.yml',
    ref: 'refs/heads/main',
    commit_sha: 'c0ffee',
    attempt: 2,
  };
}
