import type { PlatformOption } from '../platform.ts';

const PATH = /^(?:[^/?#]+(?:\/[^/?#]+)*)?$/;

/** What only the Jenkins controller knows. */
export const OPTIONS: Readonly<Record<string, PlatformOption>> = {
  'jenkins-url': {
    meaning: 'URL of the controller, with its last slash',
    default: 'https://jenkins.example.com/',
    pattern: /^https?:\/\/[^\s?#]+\/$/,
  },
  'job-name': {
    meaning: 'Full name of the job, such as team/widgets/main; made of folder, repository and branch without it',
    default: '',
    pattern: PATH,
  },
  folder: {
    meaning: 'Folder that the credential is in, such as team/web: its issuer is that of the folder',
    default: '',
    pattern: PATH,
  },
  audience: { meaning: 'Audience of the credential', default: 'sts.amazonaws.com', pattern: /\S/ },
  binding: {
    meaning: 'What withCredentials makes of the credential: string, or file',
    default: 'string',
    pattern: /^(?:string|file)$/,
  },
  variable: {
    meaning: 'Variable that it is bound to; IDTOKEN without it, or AWS_WEB_IDENTITY_TOKEN_FILE for a file',
    default: '',
    pattern: /^(?:[A-Za-z_][A-Za-z0-9_]{0,127})?$/,
  },
};
