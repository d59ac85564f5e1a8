import type { CreateOptions } from '@cubejs-backend/server';

/** What Cube's own image is told; see cube.js. */
declare const options: CreateOptions & { readonly dialectFactory: NonNullable<CreateOptions['dialectFactory']> };
export default options;
