import { rowsToColumnar, shapeRows } from './shape-rows.js';
import type { RootResult, Row, TransformData } from './types.js';

const isWrapped = (input: unknown): input is ResultWrapper =>
  typeof input === 'object' && input !== null && 'isWrapper' in input && input.isWrapper === true;

/**
 * One query's rows, together with what is needed to shape them. It can be read like the array of the driver's rows
 * (`length`, indexes, iteration, array methods), which is what Cube's gateway does, and prints as JSON like it:
 * web sockets compare that text with the last one to see whether anything changed.
 */
export class ResultWrapper {
  readonly isWrapper = true;
  readonly isNative = false;
  readonly cached = true;
  readonly rows: readonly Row[] = [];
  private transformData: TransformData | undefined;
  private rootResultObject: RootResult = {};

  constructor(input: readonly Row[] | ResultWrapper) {
    // biome-ignore lint/correctness/noConstructorReturn: Cube wraps what may be wrapped already and expects it back.
    if (isWrapped(input)) return input;
    if (!Array.isArray(input)) throw new TypeError('ResultWrapper: expected the rows of a driver, as an array.');
    this.rows = input;
    // biome-ignore lint/correctness/noConstructorReturn: the array-like face is a proxy.
    return new Proxy<ResultWrapper>(this, {
      get: (target, property) => {
        if (property in target) return Reflect.get(target, property, target);
        const member: unknown = Reflect.get(target.rows, property);
        return typeof member === 'function' ? member.bind(target.rows) : member;
      },
    });
  }

  toJSON(): readonly Row[] {
    return this.rows;
  }

  setTransformData(transformData: TransformData): void {
    this.transformData = transformData;
  }

  getTransformData(): [TransformData | undefined] {
    return [this.transformData];
  }

  setRootResultObject(rootResultObject: RootResult): void {
    this.rootResultObject = rootResultObject;
  }

  getRootResultObject(): [RootResult] {
    return [this.rootResultObject];
  }

  getRawData(): [ReturnType<typeof rowsToColumnar>] {
    return [rowsToColumnar(this.rows)];
  }

  getResults(): ResultWrapper[] {
    return [this];
  }

  /** The answer as an object: the root with its shaped `data`. */
  shape(): RootResult {
    if (this.transformData === undefined) throw new Error('ResultWrapper: setTransformData has not been called.');
    const { total, ...root } = this.rootResultObject;
    return { ...root, ...(total == null ? {} : { total }), data: shapeRows(this.rows, this.transformData) };
  }

  /** The answer as the bytes of its JSON. */
  async getFinalResult(): Promise<Buffer> {
    return Buffer.from(JSON.stringify(this.shape()));
  }
}
