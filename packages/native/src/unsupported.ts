/** Raised where Cube asks for something that only the Rust add-on can do; the sentence says what to do instead. */
export class NotPortable extends Error {
  readonly code = 'NOT_PORTABLE';

  constructor(what: string, instead: string) {
    super(
      `${what} needs Cube's Rust add-on, and the portable implementation of @cubejs-backend/native is running. ${instead}`,
    );
    this.name = 'NotPortable';
  }
}

/** A function of the interface that the portable implementation refuses. */
export function refuse(what: string, instead: string): (...args: readonly unknown[]) => never {
  return () => {
    throw new NotPortable(what, instead);
  };
}
