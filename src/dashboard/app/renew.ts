import type { Answer, PanelError } from './answer.js';

/** An answer on the page. */
export interface Shown<T> {
  readonly answer: Answer<T>;
  /** Why parts of it are from an earlier time: what failed when they were to be renewed. */
  readonly notRenewed: PanelError | undefined;
}

/** What is shown when a question that had an answer was asked again: numbers that did not come anew stay, and it is said. */
export function renewed<T extends object>(older: Answer<T> | undefined, newer: Answer<T>): Shown<T> {
  const known = older?.data;
  if (known === undefined || newer.errors.length === 0) return { answer: newer, notRenewed: undefined };
  // What had failed before has no numbers to keep: its reason stays.
  if (newer.data === undefined)
    return { answer: { data: known, errors: older?.errors ?? [] }, notRenewed: newer.errors[0] };
  const keptFields = Object.entries(known).filter(
    ([field, value]) => value !== null && newer.errors.some(error => error.field === field),
  );
  if (keptFields.length === 0) return { answer: newer, notRenewed: undefined };
  const isKept = (error: PanelError) => keptFields.some(([field]) => field === error.field);
  return {
    answer: {
      data: { ...newer.data, ...Object.fromEntries(keptFields) },
      errors: newer.errors.filter(error => !isKept(error)),
    },
    notRenewed: newer.errors.find(isKept),
  };
}
