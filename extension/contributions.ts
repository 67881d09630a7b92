/** Ids that the manifest and the code share (CONTRACT §7): written here and in package.json, nowhere else. */
export const COMMANDS = {
  startIssuer: 'mintmark.startIssuer',
  stopIssuer: 'mintmark.stopIssuer',
  restartIssuer: 'mintmark.restartIssuer',
  showStatusMenu: 'mintmark.showStatusMenu',
  showLogs: 'mintmark.showLogs',
  createIssuer: 'mintmark.createIssuer',
  deleteIssuer: 'mintmark.deleteIssuer',
  copyIssuerUrl: 'mintmark.copyIssuerUrl',
  rotateKey: 'mintmark.rotateKey',
  activateKey: 'mintmark.activateKey',
  retireKey: 'mintmark.retireKey',
  revokeKey: 'mintmark.revokeKey',
  importKey: 'mintmark.importKey',
  exportKey: 'mintmark.exportKey',
  scheduleRotation: 'mintmark.scheduleRotation',
  showKeyTimeline: 'mintmark.showKeyTimeline',
  mintToken: 'mintmark.mintToken',
  simulateJob: 'mintmark.simulateJob',
  openCiTerminal: 'mintmark.openCiTerminal',
  inspectToken: 'mintmark.inspectToken',
  verifyToken: 'mintmark.verifyToken',
  watchToken: 'mintmark.watchToken',
  unwatchToken: 'mintmark.unwatchToken',
  compareTokens: 'mintmark.compareTokens',
  copyTokenRedacted: 'mintmark.copyTokenRedacted',
  showTokenRecord: 'mintmark.showTokenRecord',
  revokeToken: 'mintmark.revokeToken',
  filterActivity: 'mintmark.filterActivity',
  openActivityObject: 'mintmark.openActivityObject',
  refreshViews: 'mintmark.refreshViews',
  openWalkthrough: 'mintmark.openWalkthrough',
  openSample: 'mintmark.openSample',
  joinIssuer: 'mintmark.joinIssuer',
} as const;

export const VIEWS = {
  issuers: 'mintmark.issuers',
  tokens: 'mintmark.tokens',
  activity: 'mintmark.activity',
} as const;

/** The inspector as an editor of `.jwt` files. */
export const INSPECTOR_EDITOR = 'mintmark.inspector';

/** Settings, without the section `mintmark`: what `workspace.getConfiguration(SECTION).get(…)` takes. */
export const SECTION = 'mintmark';
export const SETTINGS = {
  autoJoin: 'autoJoin',
  idleExitSeconds: 'idleExitSeconds',
  port: 'port',
  home: 'home',
  codeLensEnabled: 'codeLens.enabled',
  workflowLenses: 'codeLens.workflows',
  diagnosticsSeverity: 'diagnostics.severity',
  detectLanguages: 'detect.languages',
  detectExclude: 'detect.exclude',
  leewaySeconds: 'leewaySeconds',
  trustedIssuers: 'trustedIssuers',
} as const;

/** What `when` clauses may ask. */
export const CONTEXT_KEYS = {
  /** The kind of the daemon's state (daemon/session.ts). */
  state: 'mintmark.state',
  /** Why it is unavailable: `untrusted` or `web`; unset otherwise. */
  unavailable: 'mintmark.unavailable',
  /** Is the activity view filtered? */
  activityFiltered: 'mintmark.activityFiltered',
  /** What this window has seen done, for the walkthrough. */
  hasInspected: 'mintmark.hasInspected',
  hasStarted: 'mintmark.hasStarted',
  hasRotated: 'mintmark.hasRotated',
  hasCiTerminal: 'mintmark.hasCiTerminal',
} as const;

/** Terminals of jobs, for the platforms that most people have, and for the one that the person names. */
export const TERMINAL_PROFILES = {
  githubActions: 'mintmark.ciTerminal.githubActions',
  gitlab: 'mintmark.ciTerminal.gitlab',
  semaphore: 'mintmark.ciTerminal.semaphore',
  circleci: 'mintmark.ciTerminal.circleci',
  other: 'mintmark.ciTerminal',
} as const;
export const TASK_TYPE = 'mintmark';
export const PROBLEM_MATCHERS = { issuer: '$mintmark' } as const;
export const WALKTHROUGHS = { firstRun: 'firstRun' } as const;
export const TOOLS = {
  inspectToken: 'mintmark_inspect_token',
  explainVerification: 'mintmark_explain_verification',
  getIssuerStatus: 'mintmark_get_issuer_status',
  mintLocalToken: 'mintmark_mint_local_token',
  rotateSigningKey: 'mintmark_rotate_signing_key',
} as const;
