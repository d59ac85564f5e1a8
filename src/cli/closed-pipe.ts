/**
 * A reader that goes away (`| head`, a closed terminal, a supervisor that died) is no failure of the command: one that
 * prints its result ends, one that serves goes on in silence. Without this each message about the closed pipe is an
 * uncaught error of its own, which Cube's handler prints to the closed pipe, for ever.
 */
export function surviveClosedPipes(isServing: () => boolean): void {
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!isServing()) process.exit(0);
  };
  process.stdout.on('error', onError);
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
