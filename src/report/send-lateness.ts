/** In hundredths of a millisecond, which is as exact as a report says them. */
const UNITS_A_MS = 100
/** Up to here each value has its place in an array: a frame that is later than 100 ms is rare. */
const DENSE_UNITS = 10_000

/** As a report holds it: what percentiles of several runs together are made of. */
export type LatenessCounts = {
  /** Milliseconds that one step of a value stands for. */
  readonly unitMs: 0.01
  /** `value:count` of each value that came, ascending, parted by blanks: `0:310 7:12`. */
  readonly counts: string
}

/**
 * How late each frame was sent, counted by hundredths of a millisecond. Counts add exactly, so the
 * percentiles of many calls, threads or machines are those of all their frames; nothing is averaged.
 */
export class SendLateness {
  #dense = new Uint32Array(256)
  readonly #sparse = new Map<number, number>()
  #frames = 0

  /** How many frames were counted. */
  get frames(): number {
    return this.#frames
  }

  /** @param lateMs actual minus intended; what left early, by less than a clock can tell, was on time */
  add(lateMs: number): void {
    this.#count(Math.max(0, Math.round(lateMs * UNITS_A_MS)), 1)
  }

  merge(other: SendLateness): void {
    for (const [value, count] of other.#entries()) this.#count(value, count)
  }

  /** The nearest-rank percentile in milliseconds; 0 of no frames, because then none was late. */
  percentile(p: number): number {
    if (!(p >= 0 && p <= 100)) throw new RangeError(`${String(p)} is not a percentage`)
    const rank = Math.max(1, Math.ceil((p / 100) * this.#frames))
    let seen = 0
    for (const [value, count] of this.#entries()) {
      seen += count
      if (seen >= rank) return value / UNITS_A_MS
    }
    return 0
  }

  counts(): LatenessCounts {
    const parts = [...this.#entries()].map(([value, count]) => `${String(value)}:${String(count)}`)
    return {unitMs: (1 / UNITS_A_MS) as 0.01, counts: parts.join(' ')}
  }

  /** @throws RangeError for what `counts` cannot have written */
  static from({unitMs, counts}: LatenessCounts): SendLateness {
    const lateness = new SendLateness()
    if (!(Math.abs(unitMs * UNITS_A_MS - 1) <= 1e-9)) {
      throw new RangeError(`a unit of ${String(unitMs)} ms`)
    }
    for (const part of counts === '' ? [] : counts.split(' ')) {
      const [, value, count] = /^(\d{1,12}):(\d{1,15})$/.exec(part) ?? []
      if (value === undefined) throw new RangeError(`${JSON.stringify(part)} is not value:count`)
      lateness.#count(Number(value), Number(count))
    }
    // Out of order, twice, none of a value, or more than can be counted: none of it is written so.
    if (lateness.counts().counts !== counts) throw new RangeError('no counts, ascending, from 1')
    return lateness
  }

  #count(value: number, count: number): void {
    this.#frames += count
    if (value >= DENSE_UNITS) {
      this.#sparse.set(value, (this.#sparse.get(value) ?? 0) + count)
      return
    }
    if (value >= this.#dense.length) this.#grow(value)
    this.#dense[value] = (this.#dense[value] ?? 0) + count
  }

  #grow(value: number): void {
    const wider = new Uint32Array(
      Math.min(DENSE_UNITS, Math.max(value + 1, 2 * this.#dense.length)),
    )
    wider.set(this.#dense)
    this.#dense = wider
  }

  /** Every value that came with its count, ascending. */
  *#entries(): Generator<readonly [value: number, count: number]> {
    for (let value = 0, {length} = this.#dense; value < length; value += 1) {
      const count = this.#dense[value] ?? 0
      if (count > 0) yield [value, count]
    }
    yield* [...this.#sparse].sort(([one], [other]) => one - other)
  }
}

/** All frames of several together. */
export function sumOfLateness(parts: readonly SendLateness[]): SendLateness {
  const sum = new SendLateness()
  for (const part of parts) sum.merge(part)
  return sum
}
