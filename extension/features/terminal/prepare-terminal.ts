import { join } from 'node:path';
import { type TerminalOptions, Uri } from 'vscode';
import { readDaemonSettings } from '../../daemon/read-daemon-settings.ts';
import type { FeatureContext } from '../../feature-context.ts';
import { isRow } from '../../rows.ts';
import { saveFirst } from '../workflow/job-actions.ts';
import { findJobAtCursor } from '../workflow/job-at-cursor.ts';
import { isJobChoice, type JobChoice } from '../workflow/job-choice.ts';
import { labelIssuer, listPlatforms, pickPlatform } from '../workflow/pick-platform.ts';
import { makeJobTerminal } from './job-terminal.ts';
import { writeProgram } from './write-program.ts';

/**
 * The terminal for the job that a command or a profile means: that of a lens or row, the one at the cursor of a
 * workflow file, else one of the platform that the person picks. Undefined when the person gives up. The issuer runs.
 * @throws MintmarkError what the daemon says
 */
export async function prepareTerminal(
  { session, extension }: Pick<FeatureContext, 'session' | 'extension'>,
  argument: unknown,
): Promise<TerminalOptions | undefined> {
  const choice = await chooseJob({ session, extension }, argument);
  if (choice === undefined || !(await saveFirst(choice))) return undefined;
  const programs = Uri.joinPath(extension.globalStorageUri, 'bin').fsPath;
  const bundle = join(extension.extensionPath, 'dist', 'mintmark.js');
  await writeProgram(programs, bundle);
  const label = labelIssuer(await listPlatforms(session), session.issuers, choice.slug);
  return makeJobTerminal({ choice, label, bundle, home: readDaemonSettings().home, programs });
}

async function chooseJob(
  context: Pick<FeatureContext, 'session' | 'extension'>,
  argument: unknown,
): Promise<JobChoice | undefined> {
  if (isJobChoice(argument)) return argument;
  if (isRow(argument, 'issuer')) return { slug: argument.slug };
  const atCursor = await findJobAtCursor(context.session);
  if (atCursor !== undefined) return atCursor;
  const slug = await pickPlatform(context);
  return slug === undefined ? undefined : { slug };
}
