import type {Clock} from '../../clock.js'

type Bucket = {tokens: number; filledAt: number}

/** So many addresses are remembered; the one longest unseen goes first. */
const MOST_BUCKETS = 10_000
const MINUTE_MS = 60_000

/** How often one address may connect: so often at once, and so often a minute from then on. */
export class ConnectionRate {
  readonly #perMinute: number
  readonly #clock: Clock
  /** By address, the one longest unseen first. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute
    this.#clock = clock
  }

  /** Takes one connection of the address; the ms until there is one when there is none, else 0. */
  take(address: string): number {
    const now = this.#clock.now()
    const key = blockOf(address)
    const bucket = this.#buckets.get(key) ?? {tokens: this.#perMinute, filledAt: now}
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    this.#forget()
    const gained = ((now - bucket.filledAt) * this.#perMinute) / MINUTE_MS
    bucket.tokens = Math.min(this.#perMinute, bucket.tokens + gained)
    bucket.filledAt = now
    if (bucket.tokens < 1) return ((1 - bucket.tokens) * MINUTE_MS) / this.#perMinute
    bucket.tokens -= 1
    return 0
  }

  #forget(): void {
    if (this.#buckets.size <= MOST_BUCKETS) return
    for (const [longestUnseen] of this.#buckets) {
      this.#buckets.delete(longestUnseen)
      return
    }
  }
}

/** Whoever has one IPv6 address has the 2^64 of its network, too (RFC 6177). */
function blockOf(address: string): string {
  if (!address.includes(':')) return address
  const [left = '', right] = address.split('::')
  const groups = left === '' ? [] : left.split(':')
  const after = right === undefined || right === '' ? 0 : right.split(':').length
  const zeros = right === undefined ? 0 : 8 - groups.length - after
  const whole = [...groups, ...Array<string>(zeros).fill('0'), ...(right ?? '').split(':')]
  return whole.slice(0, 4).join(':')
}
