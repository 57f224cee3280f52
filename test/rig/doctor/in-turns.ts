/** Does the work for each, so many at once, and gives back what came of it in their order. */
export async function inTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const done = new Map<number, R>()
  const left = items.map((item, at) => ({item, at}))
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      done.set(next.at, await work(next.item))
    }
  }
  await Promise.all(Array.from({length: atOnce}, worker))
  return items.flatMap((_, at) => {
    const one = done.get(at)
    return one === undefined ? [] : [one]
  })
}
