/** How often each event came, or went. */
export class EventCounts {
  readonly #counts: Map<string, number>
  /** By itself, because it is nearly all of them, and a map would be asked twice for each. */
  #media = 0

  /** @param named those that are told though there were none */
  constructor(named: readonly string[] = []) {
    this.#counts = new Map(named.map((event) => [event, 0]))
  }

  /** Returns how often it is by now. */
  add(event: string): number {
    if (event !== 'media') return this.#set(event, (this.#counts.get(event) ?? 0) + 1)
    this.#media += 1
    // Keeps its place among the others.
    if (this.#media === 1) this.#counts.set(event, 0)
    return this.#media
  }

  has(event: string): boolean {
    return this.#counts.has(event)
  }

  /** In the order in which they first came. */
  all(): Readonly<Record<string, number>> {
    if (this.#media > 0) this.#counts.set('media', this.#media)
    return Object.fromEntries(this.#counts)
  }

  #set(event: string, count: number): number {
    this.#counts.set(event, count)
    return count
  }
}
