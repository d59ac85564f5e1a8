import { holdAccess } from './access.js';

/** The access of this tab. */
export const access = holdAccess(sessionStorage);
