import { type Disposable, type Event, EventEmitter, type TreeView } from 'vscode';
import type { TokenRecord } from '../../../daemon/protocol/resources.ts';
import { coalesce } from '../../coalesce.ts';
import type { DaemonSession } from '../../daemon/session.ts';

const NEWEST = 50;

export interface RecordList extends Disposable {
  readonly records: readonly TokenRecord[];
  readonly onDidChange: Event<void>;
}

/**
 * The newest 50 records of minted tokens, read again after each event about a token, but not before somebody sees the
 * view that shows them; empty while the daemon is away.
 */
export function createRecordList(
  session: Pick<DaemonSession, 'state' | 'call' | 'onDidChangeState' | 'onDidAppendEvents'>,
  view: Pick<TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
  report: (error: unknown) => void,
): RecordList {
  const changed = new EventEmitter<void>();
  let records: readonly TokenRecord[] = [];
  let isOld = true;

  const read = coalesce(async () => {
    isOld = false;
    records = session.state.kind === 'running' ? (await session.call('tokens.list', { limit: NEWEST })).items : [];
    changed.fire();
  }, report);
  const refresh = (): void => {
    isOld = true;
    if (view.visible) read();
  };

  const follows = [
    view.onDidChangeVisibility(({ visible }) => visible && isOld && read()),
    session.onDidChangeState(({ kind }) => kind !== 'reconnecting' && refresh()),
    session.onDidAppendEvents((events) => {
      if (events.some(({ name }) => name.startsWith('token.') || name === 'issuer.deleted')) refresh();
    }),
  ];
  if (session.state.kind === 'running') refresh();

  return {
    get records() {
      return records;
    },
    onDidChange: changed.event,
    dispose() {
      for (const follow of follows) follow.dispose();
      changed.dispose();
    },
  };
}
