/**
 * The narrow effects that the adapters ask for, as types. `platform/` makes the real ones; tests
 * pass their own.
 */

/** Times and ids exactly as the kernel gives them: this is an identity, not a display. */
export interface FileStamp {
  /** `dev:ino:size:mtimeNs:ctimeNs`; equal stamps mean the same unchanged file */
  readonly id: string;
  readonly size: number;
  /** ms since the epoch, truncated */
  readonly modifiedAt: number;
  /** the inode's change time (ctime), which nobody can set; ms since the epoch, truncated */
  readonly changedAt: number;
}

export interface FileContent {
  readonly text: string;
  readonly stamp: FileStamp;
  /** set when others than the owner may read or write it */
  readonly openTo?: 'readable' | 'writable' | undefined;
}

export interface ReadOptions {
  /** bytes; larger files are refused as bad data */
  readonly maxBytes: number;
  /**
   * Config, `.env` and foreign sources may be links; our own files never. `ours`: only a link that
   * we or root made, in a folder that nobody else may write to; any other is `refused`.
   */
  readonly followLink: boolean | 'ours';
}

/**
 * Reading and writing small private files. `undefined` means that nothing is there (ENOENT,
 * ENOTDIR); everything else that goes wrong is thrown as EpiloopError: `refused` for a file that
 * is not ours or not permitted, `bad_data` for what is no regular file, too large or not UTF-8,
 * `io` for the rest. "Cannot read" is never "empty".
 */
export interface Files {
  stamp(path: string): FileStamp | undefined;
  read(path: string, options: ReadOptions): FileContent | undefined;
  /** the path with every link resolved, or the nearest existing parent's plus the rest */
  realPath(path: string): string;
  /** temp file 0600 beside it, fsync, rename, fsync of the folder; missing folders are made 0700 */
  replace(path: string, content: string | Uint8Array): FileStamp;
  remove(path: string): void;
}

export interface FileBytes {
  readonly bytes: Uint8Array;
  readonly stamp: FileStamp;
  /** set when others than the owner may read or write it */
  readonly openTo?: 'readable' | 'writable' | undefined;
}

export interface BytesOptions extends ReadOptions {
  /**
   * False for bytes that may be half written: they are read again every 20 ms until it is true or
   * they have stood still for 200 ms (then they are returned as they are).
   */
  readonly complete?: ((bytes: Uint8Array) => boolean) | undefined;
}

/** A descriptor kept open: it stays with the file that was read, whatever its name means later. */
export interface HeldFile extends FileBytes {
  /** what stands in that file now, read as `readBytes` does */
  again(complete?: BytesOptions['complete']): FileBytes;
  close(): void;
}

/** What a file of two writers needs on top; errors as in `Files`. */
export interface MirrorFiles extends Files {
  /** `read` without decoding: damaged text has to be kept byte by byte */
  readBytes(path: string, options: BytesOptions): FileBytes | undefined;
  /** `readBytes`, and the descriptor stays open until `close` */
  hold(path: string, options: BytesOptions): HeldFile | undefined;
  /** how many names the file has; a link is not followed */
  links(path: string): number | undefined;
  /** as `replace`, of a file that is not there yet; undefined when the name is taken */
  make(path: string, text: string): FileStamp | undefined;
  /** overwrites the file itself (bind mounts, hard links); on failure the old bytes are put back */
  replaceInPlace(path: string, text: string): FileStamp;
  /** a new file 0600, fsynced; false when the name is taken */
  create(path: string, bytes: Uint8Array): boolean;
  /** the names in a folder, unsorted; none where it is absent */
  list(folder: string): readonly string[];
  /** what others than the owner may do with a file or folder; undefined: nothing, or it is absent */
  openTo(path: string): 'readable' | 'writable' | undefined;
  /**
   * Refuses a file's folder, and those above it up to and with `top`, that are not ours or that
   * everybody may write to (of a file elsewhere only its own folder), and a link as with `ours`.
   * What is absent is no matter.
   */
  checkPlace(path: string, top: string): void;
  /** whose a file or folder is, links followed; undefined: it is absent, or nobody's (Windows) */
  standing(path: string): Standing | undefined;
  /** takes from everybody but the owner what he may do with it; a link or another's is refused */
  restrict(path: string): void;
  /** our own temp files in a folder whose makers were killed: regular, of one name */
  leftovers(folder: string, options: LeftoverOptions): readonly string[];
  /** makes the missing ones of these folders 0700; refuses one that everybody may write to */
  makeFolder(path: string): void;
}

export interface LeftoverOptions {
  /** is this the name of a file that we write? */
  of(name: string): boolean;
  /** not written to since; ms since the epoch */
  readonly before: number;
}

export interface Standing {
  readonly uid: number;
  readonly gid: number;
  /** owned by our own user or, as root, by the state directory's */
  readonly isOurs: boolean;
  readonly isFolder: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A keyed hash (lower-case hex, 32 digits) of a secret or of an entry; the key is the store's. */
export type Hash = (text: string) => string;

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string | undefined;
}

/**
 * Questions to a person at a terminal; only for what is no secret. Ctrl-C and Escape end the
 * process as SIGINT would, with the terminal put back and nothing changed. Where there is no
 * terminal to answer at: EpiloopError `refused`, which names the way without one.
 */
export interface Dialogue {
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T>;
  /** `check` says what is wrong with an answer, and it is asked again */
  ask(
    question: string,
    options?: {
      readonly initial?: string | undefined;
      readonly check?: ((answer: string) => string | undefined) | undefined;
    },
  ): Promise<string>;
  confirm(question: string, initial: boolean): Promise<boolean>;
}

/** How another program ended: its exit code, or the signal that killed it. */
export type ProgramEnd = { readonly code: number } | { readonly signal: string };

/** Other programs on this host, run in the foreground of the person's terminal. */
export interface Programs {
  /**
   * The first executable file of this name in the folders of PATH that are absolute: nothing of
   * the working directory is ever run. Undefined: there is none.
   */
  find(name: string): string | undefined;
  /**
   * Runs it without a shell, with our terminal and of our environment what lets nobody else's code
   * in, and waits for its end. Keys that interrupt are the program's own, and end us only when they
   * have ended it; what ends us from elsewhere ends it first. Throws EpiloopError `refused` where
   * somebody else may exchange it, `refused` or `io` where it cannot be started.
   */
  run(path: string, args: readonly string[], options?: RunOptions): Promise<ProgramEnd>;
}

export interface RunOptions {
  /** variables that are none of its business */
  readonly without?: readonly string[];
}
