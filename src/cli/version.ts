/** Set by the build; absent where the sources run directly. */
declare const EPILOOP_VERSION: string;
declare const EPILOOP_COMMIT: string;

export const version = typeof EPILOOP_VERSION === 'undefined' ? 'development' : EPILOOP_VERSION;

export const commit = typeof EPILOOP_COMMIT === 'undefined' ? 'unknown' : EPILOOP_COMMIT;

/** `--version --json`: what a bug report needs. */
export function versionReport() {
  return {
    schemaVersion: 1,
    version,
    commit,
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
  };
}
