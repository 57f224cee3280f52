/** Which places of a file are taken; the free ones are given out in order, so that neighbours are written at once. */
export class Places {
  #taken = new Uint8Array(1024)
  #freed = 0
  #next = 0
  #count = 0

  /** How many there have been. */
  get count(): number {
    return this.#count
  }

  /** One that is free, or a new one; nothing when there are as many as may be. */
  take(most: number): number | undefined {
    if (this.#freed > 0) return this.#takeFreed()
    if (this.#count >= most) return undefined
    if (this.#count === this.#taken.length) {
      const more = new Uint8Array(2 * this.#taken.length)
      more.set(this.#taken)
      this.#taken = more
    }
    const place = this.#count
    this.#count += 1
    this.#taken[place] = 1
    return place
  }

  free(place: number): void {
    this.#taken[place] = 0
    this.#freed += 1
  }

  #takeFreed(): number {
    const behind = this.#taken.indexOf(0, this.#next)
    const place = behind >= 0 && behind < this.#count ? behind : this.#taken.indexOf(0)
    this.#taken[place] = 1
    this.#freed -= 1
    this.#next = place + 1
    return place
  }
}
