/** What is looked up by its place; an array is one, too. */
export type Series<T> = {
  readonly length: number
  at(index: number): T | undefined
}

const PART = 256
const LARGEST = 2 ** 31 - 1

/**
 * Numbers in the order in which they came, each as it was. Those with whole microseconds, as all of a
 * call's times are, take four bytes; a part of the column that holds another takes eight a number.
 */
export class Column implements Series<number> {
  readonly #parts: (Int32Array | Float64Array)[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  push(value: number): void {
    const place = this.#length % PART
    if (place === 0) this.#parts.push(new Int32Array(PART))
    const last = this.#parts.length - 1
    const part = this.#parts[last]
    if (!part) return
    const micros = Math.round(value * 1000)
    if (part instanceof Float64Array) part[place] = value
    else if (micros / 1000 === value && Math.abs(micros) <= LARGEST) part[place] = micros
    else this.#parts[last] = widened(part, place, value)
    this.#length += 1
  }

  at(index: number): number | undefined {
    if (index < 0 || index >= this.#length) return undefined
    const part = this.#parts[Math.floor(index / PART)]
    const value = part?.[index % PART]
    return value === undefined || part instanceof Float64Array ? value : value / 1000
  }
}

function widened(part: Int32Array, place: number, value: number): Float64Array {
  const wide = Float64Array.from(part, (micros) => micros / 1000)
  wide[place] = value
  return wide
}
