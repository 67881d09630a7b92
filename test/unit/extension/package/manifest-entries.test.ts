import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  COMMANDS,
  CONTEXT_KEYS,
  PROBLEM_MATCHERS,
  TASK_TYPE,
  TERMINAL_PROFILES,
  TOOLS,
  WALKTHROUGHS,
} from '../../../../extension/contributions.ts';
import { isSampleName } from '../../../../extension/features/walkthrough/open-sample.ts';
import { PROJECT } from '../../../support/program.ts';

interface Tool {
  name: string;
  toolReferenceName: string;
  modelDescription: string;
  userDescription: string;
  inputSchema: { properties: Record<string, { type: string; maxLength?: number }>; additionalProperties: boolean };
}
interface Manifest {
  contributes: {
    walkthroughs: { id: string; steps: { id: string; description: string; completionEvents: string[] }[] }[];
    terminal: { profiles: { id: string }[] };
    taskDefinitions: { type: string }[];
    problemMatchers: { name: string }[];
    languageModelTools: Tool[];
  };
}
const read = <T>(name: string): T => JSON.parse(readFileSync(join(PROJECT, name), 'utf8')) as T;
const { contributes } = read<Manifest>('package.json');
const texts = read<Record<string, string>>('package.nls.json');
const translate = (text: string) => texts[text.replaceAll('%', '')] ?? '';

test('the terminal, the task, its matcher, the walkthrough and the tools are called the same in manifest and code', () => {
  expect(contributes.terminal.profiles.map(({ id }) => id)).toEqual(Object.values(TERMINAL_PROFILES));
  expect(contributes.taskDefinitions.map(({ type }) => type)).toEqual([TASK_TYPE]);
  expect(contributes.problemMatchers.map(({ name }) => `$${name}`)).toEqual(Object.values(PROBLEM_MATCHERS));
  expect(contributes.walkthroughs.map(({ id }) => id)).toEqual(Object.values(WALKTHROUGHS));
  expect(contributes.languageModelTools.map(({ name }) => name)).toEqual(Object.values(TOOLS));
});

describe('the walkthrough', () => {
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const commands: readonly string[] = Object.values(COMMANDS);

  test('has four steps, each of which is completed by what was done: a command that only ran may have failed', () => {
    expect(steps).toHaveLength(4);
    for (const { completionEvents } of steps) {
      expect(completionEvents).toHaveLength(1);
      const [, subject = ''] = /^onContext:([\w.]+)/.exec(completionEvents[0] ?? '') ?? [];
      expect(Object.values(CONTEXT_KEYS)).toContain(subject);
    }
  });

  test('links commands that there are, with samples that there are', () => {
    for (const { description } of steps) {
      const links = [...translate(description).matchAll(/\(command:([\w.]+)(?:\?([^)]+))?\)/g)];
      expect(links).not.toEqual([]);
      for (const [, command = '', args] of links) {
        expect(commands).toContain(command);
        if (args === undefined) continue;
        expect(command).toBe(COMMANDS.openSample);
        expect(isSampleName((JSON.parse(decodeURIComponent(args)) as unknown[])[0])).toBe(true);
      }
    }
  });
});

describe('the tools', () => {
  test.each(contributes.languageModelTools)('$name takes no more than it names, capped', (tool) => {
    expect(tool.name).toBe(`mintmark_${tool.toolReferenceName}`);
    expect(tool.inputSchema.additionalProperties).toBe(false);
    for (const member of Object.values(tool.inputSchema.properties)) {
      if (member.type === 'string' && !('enum' in member)) expect(member.maxLength).toBeGreaterThan(0);
    }
  });

  test('that change something say so to people', () => {
    const asking = contributes.languageModelTools.filter(({ userDescription }) =>
      /asks you first/.test(translate(userDescription)),
    );
    expect(asking.map(({ name }) => name)).toEqual([TOOLS.mintLocalToken, TOOLS.rotateSigningKey]);
  });
});
