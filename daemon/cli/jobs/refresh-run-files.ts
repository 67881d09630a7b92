import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RunFile } from '../../protocol/jobs.ts';
import { readSystemCode } from '../../store/file-fault.ts';
import { locateRunFile } from './run-files.ts';

/** What the system knows a file or directory by. A name can be given to another one, and another user can give it. */
type Identity = string;

interface Place {
  readonly path: string;
  /** The directories from the run's own one down to the file. */
  readonly levels: ReadonlyMap<string, Identity>;
  file: Identity;
}

const OWNER_MAY_WRITE = 0o200;

/** O_NONBLOCK: a FIFO that the job put in its place must not hold us up. */
const OPEN_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Remembers where the files of a run are, before its job begins, to put fresh content into them
 * in place, as a kubelet's reader or a mounted path needs it: the same inode, and whole at
 * once, since one small write is seen whole or not at all. A file that the job removed is made
 * again, but not where the directory went with it: nobody looks there any more. What has come
 * into the place of a file or of its directory, perhaps from another user, gets nothing ever.
 *
 * @param tell is told once of each file that gets no fresh content.
 * @returns what puts it there. It does not throw.
 */
export function rememberRunFiles(
  directory: string,
  files: readonly RunFile[],
  tell: (line: string) => void,
): (fresh: readonly RunFile[]) => void {
  const places = new Map(files.map((file) => [file.path, findPlace(directory, file)]));
  const told = new Set<string>();
  const tellOnce = (line: string) => {
    if (!told.has(line)) tell(line);
    told.add(line);
  };
  return (fresh) => {
    for (const file of fresh) {
      const place = places.get(file.path);
      if (place === undefined) continue;
      try {
        if (refresh(place, file)) continue;
        places.delete(file.path);
        tellOnce(
          `mintmark: the token file ${file.path} or its directory has been replaced: it is not refreshed any more`,
        );
      } catch (error) {
        tellOnce(
          `mintmark: the token file ${file.path} cannot be refreshed (${readSystemCode(error) ?? 'unknown error'})`,
        );
      }
    }
  };
}

function findPlace(directory: string, file: RunFile): Place {
  const [root, path] = [resolve(directory), resolve(locateRunFile(directory, file))];
  const levels = new Map<string, Identity>();
  for (let level = dirname(path); !levels.has(root); level = dirname(level)) {
    levels.set(level, identify(lstatSync(level, { bigint: true })));
  }
  return { path, levels, file: useFile(path, constants.O_RDONLY, identifyOpen) };
}

/** Returns whether the place is still the one it was. */
function refresh(place: Place, file: RunFile): boolean {
  const levels = checkLevels(place);
  if (levels !== 'same') return levels === 'gone';
  try {
    return overwrite(place, file);
  } catch (error) {
    if (readSystemCode(error) !== 'ENOENT') throw error;
    return remake(place, file);
  }
}

function checkLevels({ levels }: Place): 'same' | 'gone' | 'replaced' {
  for (const [level, identity] of levels) {
    const stats = lstatSync(level, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return 'gone';
    if (identify(stats) !== identity) return 'replaced';
  }
  return 'same';
}

function overwrite(place: Place, { mode, content }: RunFile): boolean {
  const isReadOnly = (mode & OWNER_MAY_WRITE) === 0;
  if (isReadOnly) {
    const isAllowed = useKnown(place, constants.O_RDONLY, (descriptor) =>
      fchmodSync(descriptor, mode | OWNER_MAY_WRITE),
    );
    if (!isAllowed) return false;
  }
  return useKnown(place, constants.O_WRONLY, (descriptor) => {
    try {
      write(descriptor, content);
    } finally {
      if (isReadOnly) fchmodSync(descriptor, mode);
    }
  });
}

function remake(place: Place, { mode, content }: RunFile): boolean {
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  return useFile(place.path, O_WRONLY | O_CREAT | O_EXCL, (descriptor) => {
    // Only now is it certain in which directory it was made.
    const levels = checkLevels(place);
    if (levels !== 'same') return levels === 'gone';
    place.file = identifyOpen(descriptor);
    write(descriptor, content);
    fchmodSync(descriptor, mode);
    return true;
  });
}

/** Uses the file that was remembered, and no other one of its name. Returns whether it was there. */
function useKnown({ path, file }: Place, flags: number, use: (descriptor: number) => void): boolean {
  return useFile(path, flags, (descriptor) => {
    const isKnown = identifyOpen(descriptor) === file;
    if (isKnown) use(descriptor);
    return isKnown;
  });
}

function write(descriptor: number, text: string): void {
  const content = Buffer.from(text);
  writeSync(descriptor, content, 0, content.length, 0);
  ftruncateSync(descriptor, content.length);
}

function useFile<T>(path: string, flags: number, use: (descriptor: number) => T): T {
  const descriptor = openSync(path, flags | OPEN_FLAGS, 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function identifyOpen(descriptor: number): Identity {
  return identify(fstatSync(descriptor, { bigint: true }));
}

function identify({ dev, ino, uid }: BigIntStats): Identity {
  return `${dev}:${ino}:${uid}`;
}
