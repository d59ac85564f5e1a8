/** Loaded into a server that is measured (`--expose-gc --import`): collects its garbage at SIGUSR2, so that what is left is what is held. */
process.on('SIGUSR2', () => globalThis.gc?.());
