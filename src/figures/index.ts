/** Numbers as people read them, and what drawings need that draw without a library: their canvas, sizes and colours. */
export { type Canvas, colours, type Drawing, type DrawingDocument } from './canvas.js';
export { ago, change, count, counted, metric, nothing, position, ratio, seconds } from './format.js';
export { barsHeight, heights, intervalsHeight } from './heights.js';
export { sparkline } from './sparkline.js';
export { type StretchKind, stretchStyles } from './stretch-styles.js';
