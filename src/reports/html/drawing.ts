import { parseHTML } from 'linkedom';
import type { Picture } from '../section.js';
import { type Safe, trusted } from './safe.js';

/** Fits an A4 page between its margins. CSS pixels. */
const width = 680;

/**
 * A picture as SVG text. Style sheets and `style` attributes are left out: the policy of the page allows its own sheet
 * only, which says the same.
 */
export function drawn({ draw }: Picture): Safe {
  const { document } = parseHTML('<!doctype html><html lang="en"><body></body></html>');
  const drawing = draw({ document, width });
  for (const sheet of [...drawing.querySelectorAll('style')]) sheet.remove();
  for (const element of [drawing, ...drawing.querySelectorAll('[style]')]) element.removeAttribute('style');
  drawing.setAttribute('aria-hidden', 'true');
  drawing.setAttribute('focusable', 'false');
  // Inside role="img" nothing is announced, and labels on plain groups are not allowed there.
  for (const element of [...drawing.querySelectorAll('[aria-label]')]) element.removeAttribute('aria-label');
  return trusted(drawing.outerHTML);
}
