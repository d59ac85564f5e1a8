/** Makes what the suite needs beside npm and prints the Python that has it. PLAYHEAD_INTEROP_ENV says where it is kept. */
import { makeEnvironment, printPrepared } from '../python-environment.mjs';

printPrepared(() =>
  makeEnvironment('interop-1', ['deltalake==1.6.6', 'pyarrow==26.0.1'], process.env.PLAYHEAD_INTEROP_ENV),
);
