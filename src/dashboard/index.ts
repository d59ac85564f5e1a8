/** The dashboard: a page of its own (app/), built into static files; this side only says where they are. */
import { fileURLToPath } from 'node:url';

/** The folder with the built page, for the gateway to serve. */
export const dashboardFolder: string = fileURLToPath(new URL('../../dist/dashboard/public/', import.meta.url));
