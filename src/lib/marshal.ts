/**
 * Writes values in Python's marshal format, as `marshal.load` reads them.
 *
 * The format has no specification but CPython's `Python/marshal.c` (`w_object`,
 * `w_complex_object`, `w_PyLong` and the `TYPE_` definitions at its top). Only types are
 * used here that have been the same since version 2 of the format (Python 2.5), and no
 * references (`FLAG_REF`, version 3): every later Python reads them. All numbers
 * are little-endian.
 */
export class MarshalWriter {
  /** A dictionary (`TYPE_DICT`, `{`): keys and values in turn until `end`. */
  dict(): void {
    this._type('{');
  }

  /** The end of a dictionary (`TYPE_NULL`, `0`). */
  end(): void {
    this._type('0');
  }

  /** A tuple (`TYPE_TUPLE`, `(`) of the next `size` values. */
  tuple(size: number): void {
    this._type('(');
    this._int32(size);
  }

  /** Text (`TYPE_UNICODE`, `u`), as UTF-8 after its number of bytes. */
  text(value: string): void {
    const bytes = this._encoder.encode(value);
    this._type('u');
    this._int32(bytes.length);
    this._reserve(bytes.length);
    this._bytes.set(bytes, this._length);
    this._length += bytes.length;
  }

  /**
   * A whole number: `TYPE_INT` (`i`) with 32 bits, or `TYPE_LONG` (`l`) with digits of
   * 15 bits, the least first; the sign is that of their number.
   */
  int(value: number): void {
    if (value === (value | 0)) {
      this._type('i');
      this._int32(value);
      return;
    }
    const digits: number[] = [];
    // Not with shifts, which cut to 32 bits.
    for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 0x8000)) {
      digits.push(rest % 0x8000);
    }
    this._type('l');
    this._int32(value < 0 ? -digits.length : digits.length);
    this._reserve(2 * digits.length);
    for (const digit of digits) {
      this._view.setUint16(this._length, digit, true);
      this._length += 2;
    }
  }

  /** A number (`TYPE_BINARY_FLOAT`, `g`), eight bytes of IEEE 754. */
  float(value: number): void {
    this._type('g');
    this._reserve(8);
    this._view.setFloat64(this._length, value, true);
    this._length += 8;
  }

  /** What was written so far. */
  bytes(): Uint8Array {
    return this._bytes.slice(0, this._length);
  }

  private _type(code: string): void {
    this._reserve(1);
    this._bytes[this._length++] = code.charCodeAt(0);
  }

  private _int32(value: number): void {
    this._reserve(4);
    this._view.setInt32(this._length, value, true);
    this._length += 4;
  }

  private _reserve(size: number): void {
    const needed = this._length + size;
    if (needed > this._bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this._bytes.length));
      larger.set(this._bytes);
      this._bytes = larger;
      this._view = new DataView(larger.buffer);
    }
  }

  private readonly _encoder = new TextEncoder();
  private _bytes = new Uint8Array(4096);
  private _view = new DataView(this._bytes.buffer);
  private _length = 0;
}
