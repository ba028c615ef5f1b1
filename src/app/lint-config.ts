import { lintConfig } from '../config/lint.ts';
import type { LintedFile } from '../config/lint-files.ts';
import { type Remark, remarksOn } from '../domain/lint.ts';
import { EpiloopError } from '../errors.ts';
import type { LintHost } from './lint-host.ts';
import { absolute, agentDirIn } from './paths.ts';

/** The config and what it includes; the host's own is read once. */
export class ConfigLint {
  readonly #host: LintHost;
  #own: ReadonlyMap<string, LintedFile> | undefined;

  constructor(host: LintHost) {
    this.#host = host;
  }

  /** On a config and all its includes. Undefined: it is not there. Throws EpiloopError. */
  remarks(path: string): Remark[] | undefined {
    const files = this.#lint(path);
    return files && [...files].flatMap(([each, { text, notes }]) => remarksOn(each, text, notes));
  }

  /** On one file that the host's config includes. Undefined: it does not. */
  partOf(path: string): Remark[] | undefined {
    const { configPath } = this.#host.host.paths;
    if (path === configPath) return undefined;
    const file = this.#ownFiles(configPath)?.get(path);
    return file && remarksOn(path, file.text, file.notes);
  }

  /** A config that cannot be read is no matter where another file is meant. */
  #ownFiles(configPath: string): ReadonlyMap<string, LintedFile> | undefined {
    try {
      return this.#lint(configPath);
    } catch (failure) {
      if (failure instanceof EpiloopError) return undefined;
      throw failure;
    }
  }

  #lint(path: string): ReadonlyMap<string, LintedFile> | undefined {
    const { host, isStored, variable } = this.#host;
    const { paths, effects, files } = host;
    if (path === paths.configPath && this.#own !== undefined) return this.#own;
    const linted = lintConfig({
      path,
      files,
      env: variable,
      isStored,
      directoryOf: (id, agentDir) => {
        if (agentDir === undefined) return agentDirIn(paths.stateDir, id);
        return absolute(agentDir, { home: paths.home ?? '~', cwd: effects.cwd });
      },
    });
    if (path === paths.configPath) this.#own = linted;
    return linted;
  }
}
