import type * as portable from './portable.js';

export type Interface = Omit<typeof portable, 'loadNative'> & { loadNative(): unknown };
export type Choice = 'portable' | 'real' | 'auto';

export interface Chosen {
  readonly native: Interface;
  readonly implementation: 'portable' | 'real';
  readonly reason: string;
}

interface Loaders {
  readonly portable: () => Interface;
  /** Throws where the package or its binary is not installed. */
  readonly real: () => Interface;
}

export const variable = 'PLAYHEAD_NATIVE';

/** Cube's Rust add-on where its binary is installed, else the portable implementation; PLAYHEAD_NATIVE decides otherwise. */
export function choose(wanted: string | undefined, loaders: Loaders): Chosen {
  const choice = wanted === undefined || wanted === '' ? 'auto' : wanted;
  switch (choice) {
    case 'portable':
      return { native: loaders.portable(), implementation: 'portable', reason: `${variable}=portable` };
    case 'real':
      return { native: loadReal(loaders), implementation: 'real', reason: `${variable}=real` };
    case 'auto':
      try {
        return { native: loadReal(loaders), implementation: 'real', reason: 'its binary is installed' };
      } catch (error) {
        const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
        return {
          native: loaders.portable(),
          implementation: 'portable',
          reason: `the Rust add-on is absent: ${reason}`,
        };
      }
    default:
      throw new Error(`${variable}: "${choice}" is none of portable, real, auto.`);
  }
}

/** The package loads without its binary and fails at the first call, so the binary is asked for at once. */
function loadReal(loaders: Loaders): Interface {
  const real = loaders.real();
  real.loadNative();
  return real;
}
