import { describe, expect, it } from 'vitest';
import { restoreBlocks } from '../../../../../daemon/jobs/workflows/gitlab/inputs.ts';
import { listEntries, listItems, pick, readText } from '../../../../../daemon/jobs/workflows/yaml-access.ts';
import { parseYaml, type YamlTree } from '../../../../../daemon/jobs/workflows/yaml-tree.ts';

const BLOCK = '$[[ inputs.a ]]';
/** What stands in the text for a block that is left. */
const mark = (at: number): string => `\uE000${at}\uE001`;

function restore(text: string, left: readonly string[] = [BLOCK]): { written: YamlTree; restored: YamlTree } {
  const written = parseYaml('.gitlab-ci.yml', text, { mergeKeys: true });
  if (written === null) throw new Error('there is nothing in it');
  return { written, restored: restoreBlocks(written, left) };
}

describe('blocks that are put back', () => {
  it('leave a node that many aliases stand for one node', () => {
    const { restored } = restore(`x: &x "${mark(0)}-b"\ny: &y [*x, *x]\nz: [*y, *y]\n`);
    const [x, y] = [pick(restored, 'x'), pick(restored, 'y')];
    expect(readText(x)).toBe(`${BLOCK}-b`);
    expect(listItems(y).map((item) => item === x)).toEqual([true, true]);
    expect(listItems(pick(restored, 'z')).map((item) => item === y)).toEqual([true, true]);
  });

  it('leave what has none of them as it is', () => {
    const { written, restored } = restore(`a: { b: [c, { d: e }] }\nf: "${mark(0)}"\n"g${mark(1)}": h\n`, ['A', 'B']);
    expect(pick(restored, 'a')).toBe(pick(written, 'a'));
    expect([readText(pick(restored, 'f')), readText(pick(restored, 'gB'))]).toEqual(['A', 'h']);
  });

  it('stand in every mapping that a merge key brings their name into', () => {
    const { restored } = restore(`a: &a { "${mark(0)}": x }\nb: { <<: *a }\n`);
    expect(listEntries(restored).map(([, { value }]) => listEntries(value).map(([name]) => name))).toEqual([
      [BLOCK],
      [BLOCK],
    ]);
  });

  it('stand once, however often a file has what stands for them', () => {
    const { restored } = restore(`a: "${mark(0).repeat(3)}"\n`);
    expect(readText(pick(restored, 'a'))).toBe(`${BLOCK}${mark(0)}${mark(0)}`);
  });
});
