import { describe, expect, it } from 'vitest';
import { startFindings } from '../../../../../daemon/jobs/workflows/findings.ts';
import { toData, toDictionary } from '../../../../../daemon/jobs/workflows/github/dictionary.ts';
import {
  decide,
  evaluate,
  PartialObject,
  type Scope,
} from '../../../../../daemon/jobs/workflows/github/expressions.ts';
import { decideCondition, fillText, fillValue, splitTemplate } from '../../../../../daemon/jobs/workflows/templates.ts';
import { withExpressions } from '../../../../support/workflow-repository/files.ts';

const SCOPE: Scope = {
  budget: { texts: Number.POSITIVE_INFINITY },
  contexts: {
    github: new PartialObject('github', {
      ref: toData('refs/heads/main'),
      event: new PartialObject('github.event', {}),
    }),
    inputs: new PartialObject('inputs', { flag: toData(true) }, new Map([['target', 'vars.TARGET']])),
    matrix: toDictionary({ os: 'linux', deep: { list: [1, 2] } }),
    vars: new PartialObject('vars', {}),
    needs: new PartialObject('needs', {}),
  },
};

describe('an expression', () => {
  it.each([
    ["github.ref == 'refs/heads/main' && 'prod' || 'dev'", 'prod'],
    ["GITHUB['REF']", 'refs/heads/main'],
    ["format('{0}-{1}', matrix.os, 1.50)", 'linux-1.5'],
    ['matrix.deep.list[1]', 2],
    ['matrix.deep.list.*', [1, 2]],
    ['matrix.nothing', null],
    ['inputs.other', null],
    ['fromJSON(\'{"a":[1,null,true]}\').a', [1, null, true]],
    ["'it''s'", "it's"],
    ['inputs.flag || vars.X', true],
    ["'' && vars.X", ''],
    ["startsWith(github.ref, 'refs/tags/')", false],
  ])('%s is %j', (text, value) => {
    expect(evaluate(text, SCOPE)).toEqual({ kind: 'known', value });
  });

  it.each([
    ['vars.REGION', 'vars.REGION'],
    ["vars['REGION']", 'vars.REGION'],
    ['github.run_id', 'github.run_id'],
    ['github.event.head_commit.message', 'github.event.head_commit.message'],
    ["contains(github.event.pull_request.labels.*.name, 'x')", 'github.event.pull_request.labels.*.name'],
    ['needs.plan.outputs.env', 'needs.plan.outputs.env'],
    ['inputs.target', 'vars.TARGET'],
    ["format('{0}', vars.A)", 'vars.A'],
    ['matrix[vars.KEY]', 'vars.KEY'],
    ['toJSON(vars)', 'vars.*'],
    ["vars.A || 'default'", 'vars.A'],
    ["vars.A == 'x' && 'y'", 'vars.A'],
  ])('%s is not known: %s', (text, name) => {
    expect(evaluate(text, SCOPE)).toEqual({ kind: 'unknown', name });
  });

  it.each([
    [''],
    ['   '],
    ['env.X'],
    ['secrets.X'],
    ['nothing('],
    ['nothing(1)'],
    ['constructor(1)'],
    ['__proto__.x'],
    ["'open"],
    ['1 =='],
    ["fromJSON('{')"],
    ["format('{9}', 'x')"],
    ['success()'],
  ])('%s is refused', (text) => {
    expect(evaluate(text, SCOPE).kind).toBe('refused');
  });

  it.each([
    ['is too deep', `${'('.repeat(60)}1${')'.repeat(60)}`],
    ['is too long', `'${'x'.repeat(21_001)}'`],
    [
      'makes too long a text',
      Array.from({ length: 45 }).reduce<string>((inner) => `format('{0}{0}{0}{0}', ${inner})`, "'xxxxxxxx'"),
    ],
  ])('that %s is refused', (_, text) => {
    expect(evaluate(text, SCOPE).kind).toBe('refused');
  });
});

describe('a condition', () => {
  it.each([
    ["false && vars.X == 'y'", true, false],
    ["vars.X == 'y' && false", true, false],
    ["vars.X == 'y' || true", true, true],
    ["!(vars.X == 'y' && false)", true, true],
    ['always()', false, true],
    ['!cancelled()', false, true],
    ['failure()', true, false],
    ['true', false, false],
    ['success()', true, true],
    ['false', null, false],
    ["failure() && vars.X == 'y'", true, false],
  ])('%s, with needs that ran: %j, is %j', (text, needsRan, value) => {
    expect(decide(text, { ...SCOPE, needsRan })).toEqual({ kind: 'known', value });
  });

  it.each([
    ["vars.X == 'y'", true, 'vars.X'],
    ["vars.X == 'y' && true", true, 'vars.X'],
    ['true', null, 'needs'],
    ['success()', null, 'needs'],
  ])('%s, with needs that ran: %j, is not known', (text, needsRan, name) => {
    expect(decide(text, { ...SCOPE, needsRan })).toEqual({ kind: 'unknown', name });
  });

  it.each([
    ["github.ref == 'refs/heads/main'", true],
    ["[[ github.ref == 'x' ]]", false],
    ["[[ github.ref ]] == 'x'", true],
    ['', true],
  ])('%j in a file is %j', (text, value) => {
    const place = { where: 'if', scope: { ...SCOPE, needsRan: true }, findings: startFindings() };
    expect(decideCondition(withExpressions(text), place)).toBe(value);
  });
});

describe('a text with expressions', () => {
  it.each([
    ['plain', ['plain']],
    ['a [[ b ]] c', ['a ', '[[ b ]]', ' c']],
    ["[[ ']]' ]]x", ["[[ ']]' ]]", 'x']],
    ["[[ 'it''s ]]' ]]", ["[[ 'it''s ]]' ]]"]],
    ['[[ open', ['[[ open']],
    [']] [[a]][[b]]', [']] ', '[[a]]', '[[b]]']],
  ])('%j has parts', (text, parts) => {
    expect(splitTemplate(withExpressions(text)).map(({ source }) => source)).toEqual(parts.map(withExpressions));
  });

  it('keeps what is not known as it is written, and names each once', () => {
    const findings = startFindings();
    const place = { where: 'jobs.a.environment', scope: SCOPE, findings };
    const text = withExpressions('[[ matrix.os ]]-[[ vars.A ]]-[[ vars.A ]]-[[ env.B ]]');
    expect(fillText(text, place)).toBe(withExpressions('linux-[[ vars.A ]]-[[ vars.A ]]-[[ env.B ]]'));
    const written = withExpressions('[[ env.B ]]');
    expect(findings.unknowns).toEqual([
      { expression: 'vars.A', where: 'jobs.a.environment', taken: withExpressions('[[ vars.A ]]') },
      { expression: written, where: 'jobs.a.environment', taken: written },
    ]);
    expect(findings.warnings).toHaveLength(1);
  });

  it('has the type of its expression where it is nothing else', () => {
    const place = { where: 'x', scope: SCOPE, findings: startFindings() };
    const fill = (text: string): unknown => fillValue(withExpressions(text), place);
    expect([fill('[[ inputs.flag ]]'), fill('[[ inputs.flag ]]!')]).toEqual([true, 'true!']);
    expect(fill('[[ vars.X ]]')).toBeUndefined();
  });
});
