/** What a claim or header parameter means, in one sentence, and who defines it. */
export interface ClaimMeaning {
  readonly title: string;
  readonly meaning: string;
  readonly source: string;
}

type Entries = Readonly<Record<string, readonly [title: string, meaning: string]>>;

const HEADER: Readonly<Record<string, Entries>> = {
  'RFC 7515 §4.1': {
    alg: ['Algorithm', 'How the token is signed; a verifier compares it with the algorithms that it allows.'],
    kid: ['Key ID', "Names the one of the issuer's published keys that made the signature."],
    typ: ['Type', 'What kind of token this is, as a media type; keeps one kind from being taken for another.'],
    cty: ['Content type', 'The type of what is inside; JWT when a token wraps another token.'],
    crit: ['Critical', 'Extensions that a verifier must understand or refuse the token.'],
    jku: ['JWK Set URL', 'Where the sender says its keys are; a careful verifier never follows it.'],
    jwk: ['JSON Web Key', 'A key that the sender put in itself; it proves nothing about the issuer.'],
    x5u: ['X.509 URL', 'Where the sender says its certificate is; a careful verifier never follows it.'],
    x5c: ['X.509 chain', 'Certificates that the sender put in itself.'],
    x5t: ['X.509 thumbprint', 'SHA-1 fingerprint of the certificate of the signing key.'],
    'x5t#S256': ['X.509 thumbprint', 'SHA-256 fingerprint of the certificate of the signing key.'],
  },
  Mintmark: {
    mintmark: [
      'Mark',
      'look-alike: made on one machine to try trust rules with; it is no token of the issuer that it names.',
    ],
  },
  'RFC 7516 §4.1': {
    enc: ['Encryption', 'How the content of an encrypted token is encrypted.'],
    zip: ['Compression', 'The content was compressed before it was encrypted.'],
  },
  'RFC 7797 §3': { b64: ['Base64url payload', 'When false the payload is not encoded; no JWT may say so.'] },
};

const CLAIMS: Readonly<Record<string, Entries>> = {
  'RFC 7519 §4.1': {
    iss: ['Issuer', 'Who made the token; its keys are looked up below this URL, compared byte for byte.'],
    sub: ['Subject', 'Who or what the token speaks for; trust policies usually match on it.'],
    aud: ['Audience', 'For whom the token is made; anyone else must refuse it.'],
    exp: ['Expires', 'The moment from which the token is refused, in seconds since 1970.'],
    nbf: ['Not before', 'The moment before which the token is refused, in seconds since 1970.'],
    iat: ['Issued at', 'When the token was made, in seconds since 1970.'],
    jti: ['Token ID', 'Identifies this one token, so that it can be revoked or used only once.'],
  },
  'OpenID Connect Core 1.0 §2': {
    auth_time: ['Authenticated at', 'When the person last signed in, in seconds since 1970.'],
    nonce: ['Nonce', 'Ties the token to the sign-in request that asked for it.'],
    acr: ['Authentication class', 'How strong the sign-in was, in terms that both sides agreed on.'],
    amr: ['Authentication methods', 'The ways in which the person signed in, such as a password or a hardware key.'],
    azp: ['Authorized party', 'The client that the token was issued to, where it is not the audience.'],
    at_hash: ['Access token hash', 'Ties the ID token to the access token issued with it.'],
    c_hash: ['Code hash', 'Ties the ID token to the authorization code issued with it.'],
  },
  'OpenID Connect Core 1.0 §5.1': {
    name: ['Name', 'Full name of the person, for display.'],
    given_name: ['Given name', 'First name or names of the person.'],
    family_name: ['Family name', 'Last name or names of the person.'],
    preferred_username: ['User name', 'What the person likes to be called; neither unique nor lasting.'],
    profile: ['Profile', "Address of the person's profile page."],
    picture: ['Picture', "Address of the person's picture; it is not fetched here."],
    email: ['E-mail', "The person's address; use it for display, not as an identity."],
    email_verified: ['E-mail verified', 'Whether the issuer made sure that the address is theirs.'],
    locale: ['Locale', "The person's language and region."],
    zoneinfo: ['Time zone', "The person's time zone."],
    updated_at: ['Updated at', 'When these details last changed, in seconds since 1970.'],
  },
  'OpenID Connect sessions': {
    sid: ['Session ID', 'The session at the issuer that the token belongs to, for logging out.'],
    events: ['Events', 'What happened, by event type; a logout token carries the back-channel logout event.'],
  },
  'RFC 8693 §4': {
    act: ['Actor', 'Who acts on behalf of the subject; nested for a chain of delegation.'],
    may_act: ['May act', 'Who is allowed to act on behalf of the subject.'],
    scope: ['Scope', 'What the token allows, as words separated by spaces.'],
    client_id: ['Client', 'The OAuth client that asked for the token.'],
  },
  'RFC 9068 §2.2': {
    groups: ['Groups', 'Groups that the subject belongs to.'],
    roles: ['Roles', 'Roles that the subject has.'],
    entitlements: ['Entitlements', 'Single rights that the subject has.'],
  },
  'RFC 7800 §3': { cnf: ['Confirmation', 'The key that the presenter of the token must prove to hold.'] },
  'GitHub Actions': {
    repository: ['Repository', 'Owner and name of the repository whose workflow runs.'],
    repository_id: ['Repository ID', 'Number of the repository; stays when it is renamed.'],
    repository_owner: ['Repository owner', 'The user or organization that owns the repository.'],
    repository_owner_id: ['Owner ID', 'Number of the owner; stays when it is renamed.'],
    repository_visibility: ['Visibility', 'Whether the repository is public, private or internal.'],
    ref: ['Git ref', 'The branch or tag that the job runs for, such as refs/heads/main.'],
    ref_type: ['Ref type', 'Whether the ref is a branch or a tag.'],
    ref_protected: ['Ref protected', 'Whether the branch or tag is protected.'],
    sha: ['Commit', 'The commit that the job runs for.'],
    head_ref: ['Head ref', 'Source branch of the pull request.'],
    base_ref: ['Base ref', 'Target branch of the pull request.'],
    event_name: ['Event', 'What started the workflow, such as push or pull_request.'],
    workflow: ['Workflow', 'Name of the workflow.'],
    workflow_ref: ['Workflow ref', 'Path and ref of the workflow file that was started.'],
    workflow_sha: ['Workflow commit', 'Commit of the workflow file that was started.'],
    job_workflow_ref: [
      'Job workflow',
      'Path and ref of the workflow that defines the job: the reusable one, where one is called.',
    ],
    job_workflow_sha: ['Job workflow commit', 'Commit of the workflow that defines the job.'],
    run_id: ['Run ID', 'Number of the workflow run.'],
    run_number: ['Run number', 'How often this workflow has run.'],
    run_attempt: ['Attempt', 'Which attempt of the run this is.'],
    actor: ['Actor', 'The account that started the run.'],
    actor_id: ['Actor ID', 'Number of the account that started the run.'],
    environment: ['Environment', 'The deployment environment that the job uses.'],
    runner_environment: ['Runner', 'Whether the runner is hosted by the platform or by the user.'],
    enterprise: ['Enterprise', 'The enterprise that the repository belongs to.'],
  },
  'GitLab CI/CD': {
    namespace_id: ['Namespace ID', 'Number of the group or user that holds the project.'],
    namespace_path: ['Namespace', 'Path of the group or user that holds the project.'],
    project_id: ['Project ID', 'Number of the project.'],
    project_path: ['Project', 'Full path of the project.'],
    user_id: ['User ID', 'Number of the user who started the job.'],
    user_login: ['User', 'Name of the user who started the job.'],
    user_email: ['User e-mail', 'Address of the user who started the job.'],
    pipeline_id: ['Pipeline ID', 'Number of the pipeline.'],
    pipeline_source: ['Pipeline source', 'What started the pipeline, such as push, schedule or web.'],
    job_id: ['Job ID', 'Number of the job.'],
    ref_path: ['Ref path', 'The full Git ref, such as refs/heads/main.'],
    environment_protected: ['Environment protected', 'Whether the deployment environment is protected.'],
    deployment_tier: ['Deployment tier', 'Tier of the environment, such as production.'],
    deployment_action: ['Deployment action', 'What the job does to the environment, such as start.'],
    runner_id: ['Runner ID', 'Number of the runner.'],
    ci_config_ref_uri: ['CI configuration', 'Path and ref of the pipeline definition.'],
    ci_config_sha: ['CI configuration commit', 'Commit of the pipeline definition.'],
    project_visibility: ['Visibility', 'Whether the project is public, internal or private.'],
  },
  'Semaphore and SuperPlane': {
    org: ['Organization', 'Name of the organization.'],
    org_id: ['Organization ID', 'Identifies the organization.'],
    prj: ['Project', 'Name of the project.'],
    prj_id: ['Project ID', 'Identifies the project.'],
    wf_id: ['Workflow ID', 'Identifies the workflow.'],
    ppl_id: ['Pipeline ID', 'Identifies the pipeline.'],
    repo: ['Repository', 'Name of the repository.'],
    canvas_id: ['Canvas ID', 'Identifies the canvas whose component runs.'],
    node_id: ['Node ID', 'Identifies the node on the canvas.'],
    execution_id: ['Execution ID', 'Identifies this one execution.'],
    component: ['Component', 'The component that runs, such as semaphore.runWorkflow.'],
    pipeline_file: ['Pipeline file', 'Path of the pipeline definition.'],
    commit_sha: ['Commit', 'The commit that the job runs for.'],
  },
  Buildkite: {
    organization_slug: ['Organization', 'Short name of the organization.'],
    organization_id: ['Organization ID', 'Identifies the organization.'],
    pipeline_slug: ['Pipeline', 'Short name of the pipeline.'],
    build_number: ['Build number', 'Number of the build.'],
    build_branch: ['Branch', 'Branch that the build runs for.'],
    build_commit: ['Commit', 'Commit that the build runs for.'],
    build_tag: ['Tag', 'Tag that the build runs for.'],
    step_key: ['Step', 'Key of the step in the pipeline.'],
    agent_id: ['Agent ID', 'Identifies the agent that runs the job.'],
  },
  CircleCI: {
    'oidc.circleci.com/project-id': ['Project ID', 'Identifies the project.'],
    'oidc.circleci.com/context-ids': ['Context IDs', 'Contexts that the job uses.'],
    'oidc.circleci.com/vcs-origin': ['Repository', 'Address of the repository.'],
    'oidc.circleci.com/vcs-ref': ['Git ref', 'The branch or tag that the job runs for.'],
    'oidc.circleci.com/ssh-rerun': ['SSH rerun', 'Whether the job was run again with SSH access.'],
  },
  'Bitbucket Pipelines': {
    repositoryUuid: ['Repository UUID', 'Identifies the repository.'],
    workspaceUuid: ['Workspace UUID', 'Identifies the workspace.'],
    pipelineUuid: ['Pipeline UUID', 'Identifies the pipeline.'],
    stepUuid: ['Step UUID', 'Identifies the step.'],
    branchName: ['Branch', 'Branch that the step runs for.'],
    deploymentEnvironmentUuid: ['Environment UUID', 'Identifies the deployment environment.'],
  },
  'HCP Terraform': {
    terraform_organization_name: ['Organization', 'Name of the organization.'],
    terraform_project_name: ['Project', 'Name of the project.'],
    terraform_workspace_name: ['Workspace', 'Name of the workspace.'],
    terraform_workspace_id: ['Workspace ID', 'Identifies the workspace.'],
    terraform_run_phase: ['Run phase', 'Whether the run plans or applies.'],
    terraform_run_id: ['Run ID', 'Identifies the run.'],
  },
  Kubernetes: {
    'kubernetes.io': ['Kubernetes', 'Namespace, service account, pod and node that the token is bound to.'],
  },
  Google: {
    google: ['Google', 'The virtual machine that asked for the token: project, zone, name and number.'],
  },
};

const HEADER_MEANINGS = indexMeanings(HEADER);
const CLAIM_MEANINGS = indexMeanings(CLAIMS);

/** Meaning of a claim; null for one that is not in the dictionary. */
export function explainClaim(name: string): ClaimMeaning | null {
  return CLAIM_MEANINGS.get(name) ?? null;
}

/** Meaning of a header parameter; null for one that is not in the dictionary. */
export function explainHeaderParameter(name: string): ClaimMeaning | null {
  return HEADER_MEANINGS.get(name) ?? null;
}

/** Every claim of the dictionary, those of RFC 7519 first. */
export function listKnownClaims(): readonly (readonly [name: string, meaning: ClaimMeaning])[] {
  return [...CLAIM_MEANINGS];
}

function indexMeanings(sources: Readonly<Record<string, Entries>>): ReadonlyMap<string, ClaimMeaning> {
  const meanings = Object.entries(sources).flatMap(([source, entries]) =>
    Object.entries(entries).map(([name, [title, meaning]]) => [name, { title, meaning, source }] as const),
  );
  return new Map(meanings);
}
