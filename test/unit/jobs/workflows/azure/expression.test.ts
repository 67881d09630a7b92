import { describe, expect, it } from 'vitest';
import { evaluateAzure, makeScalar, toText } from '../../../../../daemon/jobs/workflows/azure/expression.ts';
import { addVariables } from '../../../../../daemon/jobs/workflows/azure/variables.ts';
import type { YamlMapping } from '../../../../../daemon/jobs/workflows/yaml-tree.ts';
import { parseYaml } from '../../../../../daemon/jobs/workflows/yaml-tree.ts';

const parameters = parseYaml(
  'p.yml',
  "{ env: prod, flag: true, count: 3, empty: '', regions: [eu, us], deep: { name: a-b }, open: '[[ variables.x ]]' }"
    .replace('[[', '$' + '{{')
    .replace(']]', '}}'),
  { mergeKeys: false },
) as YamlMapping;
const none: YamlMapping = { kind: 'mapping', entries: new Map(), line: 1, size: 1 };
const variables = addVariables(
  none,
  parseYaml('v.yml', 'Build.SourceBranch: refs/heads/main', { mergeKeys: false }) ?? none,
);
const scope = {
  names: new Map([
    ['parameters', parameters],
    ['variables', variables],
  ]),
  open: new Set(['variables']),
};

function show(text: string, needsRun?: boolean): unknown {
  const value = evaluateAzure(text, { ...scope, ...(needsRun !== undefined && { needsRun }) });
  return value.kind === 'unknown' ? `? ${value.name}` : value.kind === 'scalar' ? value.value : value.kind;
}

describe('an expression of Azure Pipelines', () => {
  it.each<readonly [string, unknown]>([
    ["'a''b'", "a'b"],
    ['-1.5', -1.5],
    ['True', true],
    ['parameters.env', 'prod'],
    ["Parameters['ENV']", 'prod'],
    ['parameters.missing', null],
    ['parameters.regions[1]', 'us'],
    ['parameters.deep.name', 'a-b'],
    ['parameters.deep', 'mapping'],
    ["variables['build.sourcebranch']", 'refs/heads/main'],
    ['variables.other', '? variables.other'],
    ['parameters.open', '? parameters.open'],
    ['dependencies.a.outputs', '? dependencies.a.outputs'],
    ["eq(parameters.env, 'PROD')", true],
    ["ne(parameters.env, 'prod')", false],
    ["eq(parameters.flag, 'false')", true],
    ["eq(parameters.count, '3')", true],
    ["eq(parameters.count, 'x')", false],
    ["eq(parameters.missing, '')", true],
    ["eq(variables.other, 'x')", "? eq(variables.other,'x')"],
    ["in(parameters.env, 'dev', 'prod')", true],
    ["notIn(parameters.env, 'dev', 'prod')", false],
    ["and(eq(variables.other, 'x'), false)", false],
    ['and(true, variables.other)', '? variables.other'],
    ["or(variables.other, startsWith(variables['Build.SourceBranch'], 'refs/heads/'))", true],
    ["not(contains(parameters.env, 'RO'))", false],
    ["endsWith('abc', 'bc')", true],
    ['xor(true, false)', true],
    ["format('{0}-{1} {{}}', parameters.env, 'x')", 'prod-x {}'],
    ["format('{0:yyyy}', parameters.env)", "? format('{0:yyyy}',parameters.env)"],
    ["coalesce(parameters.empty, parameters.missing, 'z')", 'z'],
    ["lower('AB')", 'ab'],
    ["upper('ab')", 'AB'],
    ["trim(' a ')", 'a'],
    ['length(parameters.regions)', 2],
    ['counter(1, 2)', '? counter(1,2)'],
    ['succeeded()', '? succeeded()'],
    ['1.2.3', '? 1.2.3'],
    ['eq(1', '? eq(1'],
    ['eq(1,)', '? eq(1,)'],
    ['a b', '? a b'],
    ['constructor()', '? constructor()'],
    ["parameters['constructor']", null],
    ['', '? '],
  ])('%s is %j', (text, expected) => {
    expect(show(text)).toBe(expected);
  });

  it('of a condition has the functions of a run that goes well', () => {
    expect(show("and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))", true)).toBe(true);
    expect(show('failed()', true)).toBe(false);
    expect(['succeeded()', 'always()', 'succeededOrFailed()'].map((text) => show(text, false))).toEqual([
      false,
      true,
      '? succeededOrFailed()',
    ]);
    expect(show("succeeded('a')", true)).toBe("? succeeded('a')");
  });

  it('that is nested without end is none', () => {
    const text = `${'not('.repeat(400)}true${')'.repeat(400)}`;
    expect(show(text)).toBe(`? ${text}`);
  });

  it('makes texts as a template has them', () => {
    expect([true, false, null, 2].map((value) => toText(makeScalar(value)))).toEqual(['True', 'False', '', '2']);
  });
});
