import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../../daemon/store/group-commit.ts';
import { openMemoryStore } from '../../../daemon/store/open-store.ts';
import { addToken, codeOf, NOW, seedIssuer } from './fixtures.ts';

/** Counts outer transactions and what each held. */
function recordGroups() {
  const groups: number[] = [];
  let depth = 0;
  const commits = createGroupCommit((work) => {
    if (depth > 0) {
      groups[groups.length - 1] = (groups.at(-1) ?? 0) + 1;
      return work();
    }
    groups.push(0);
    depth += 1;
    try {
      return work();
    } finally {
      depth -= 1;
    }
  });
  return { groups, commits };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const nothing = () => {};

describe('a group', () => {
  it('is committed at the end of the turn when all writers under way wait for it', async () => {
    const { groups, commits } = recordGroups();
    const slots = [commits.reserve(), commits.reserve(), commits.reserve()];
    await Promise.all(slots.map((slot) => slot.commit(nothing)));
    expect(groups).toEqual([3]);
  });

  it('is committed alone when nobody else is under way', async () => {
    const { groups, commits } = recordGroups();
    await commits.reserve().commit(nothing);
    await commits.reserve().commit(nothing);
    expect(groups).toEqual([1, 1]);
  });

  it('waits for a writer that is still busy, but not for long', async () => {
    const { groups, commits } = recordGroups();
    const busy = commits.reserve();
    const first = commits.reserve().commit(nothing);
    await turn();
    expect(groups).toEqual([]);
    await first;
    expect(groups).toEqual([1]);
    await busy.commit(nothing);
    expect(groups).toEqual([1, 1]);
  });

  it('takes in who comes while it lingers', async () => {
    const { groups, commits } = recordGroups();
    const second = commits.reserve();
    const first = commits.reserve().commit(nothing);
    await turn();
    await Promise.all([first, second.commit(nothing)]);
    expect(groups).toEqual([2]);
  });

  it('goes at once when the last busy writer gives its slot back', async () => {
    const { groups, commits } = recordGroups();
    const busy = commits.reserve();
    const first = commits.reserve().commit(nothing);
    await turn();
    busy.release();
    busy.release();
    await turn();
    expect(groups).toEqual([1]);
    await first;
  });

  it('waits for nobody whose slot was used or given back before', async () => {
    const { groups, commits } = recordGroups();
    await Promise.all([commits.reserve().commit(nothing), commits.reserve().commit(nothing)]);
    const used = commits.reserve();
    await used.commit(nothing);
    used.release();
    commits.reserve().release();
    const alone = commits.reserve().commit(nothing);
    await turn();
    expect(groups).toEqual([2, 1, 1]);
    await alone;
  });

  it('waits for a writer that is still busy, also when one that waits gives back the slot that it has used', async () => {
    const { groups, commits } = recordGroups();
    const [busy, slot] = [commits.reserve(), commits.reserve()];
    const first = slot.commit(nothing);
    slot.release();
    await turn();
    expect(groups).toEqual([]);
    await Promise.all([first, busy.commit(nothing)]);
    expect(groups).toEqual([2]);
  });

  it('does not linger once 32 writers wait', async () => {
    const { groups, commits } = recordGroups();
    const busy = commits.reserve();
    const waiting = Array.from({ length: 32 }, () => commits.reserve().commit(nothing));
    await turn();
    expect(groups).toEqual([32]);
    await Promise.all(waiting);
    busy.release();
  });

  it('is committed in the order in which its writers came', async () => {
    const { commits } = recordGroups();
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => commits.reserve().commit(() => order.push(n))));
    expect(order).toEqual([1, 2, 3]);
  });

  it('commits who waits when it is told to', async () => {
    const { groups, commits } = recordGroups();
    commits.reserve();
    const first = commits.reserve().commit(nothing);
    commits.flush();
    expect(groups).toEqual([1]);
    await first;
  });
});

describe('a writer', () => {
  it('gets what its work returns', async () => {
    const { commits } = recordGroups();
    expect(await commits.reserve().commit(() => 'mine')).toBe('mine');
  });

  it('cannot use a slot twice', async () => {
    const { commits } = recordGroups();
    const slot = commits.reserve();
    await slot.commit(nothing);
    expect(await codeOf(() => slot.commit(nothing))).toBe('internal');
  });

  it('fails alone: the others of its group are committed, without a gap in the events', async () => {
    const store = openMemoryStore(NOW);
    seedIssuer(store);
    const outcomes = await Promise.allSettled(
      ['a', 'a', 'b'].map((jti) => store.commits.reserve().commit(() => addToken(store, jti))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(store.events.after(0, 9).map(({ seq, subject }) => [seq, subject])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('fails with the rest when the commit itself fails', async () => {
    const commits = createGroupCommit((work) => {
      work();
      throw new Error('commit failed');
    });
    const outcomes = await Promise.allSettled([1, 2].map(() => commits.reserve().commit(nothing)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('hears of its own failure also when the commit fails', async () => {
    let depth = 0;
    const commits = createGroupCommit((work) => {
      depth += 1;
      try {
        if (depth > 1) return work();
        work();
      } finally {
        depth -= 1;
      }
      throw new Error('commit failed');
    });
    const fail = () => {
      throw new Error('own');
    };
    const outcomes = await Promise.allSettled([fail, nothing].map((work) => commits.reserve().commit(work)));
    expect(outcomes).toMatchObject([{ reason: { message: 'own' } }, { reason: { message: 'commit failed' } }]);
  });

  it('is told nothing before the group is durable', async () => {
    const store = openMemoryStore(NOW);
    seedIssuer(store);
    const order: string[] = [];
    store.events.onCommitted(() => order.push('committed'));
    await store.commits.reserve().commit(() => addToken(store, 'a'));
    order.push('told');
    expect(order).toEqual(['committed', 'told']);
  });
});
