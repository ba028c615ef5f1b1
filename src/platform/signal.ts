/** Ends this process as if nobody had caught the signal, so that a shell's loop ends too. */
export function dieBy(signal: NodeJS.Signals): never {
  if (process.platform !== 'win32') process.kill(process.pid, signal);
  const { signals } = process.getBuiltinModule('node:os').constants;
  return process.exit(128 + signals[signal]);
}
