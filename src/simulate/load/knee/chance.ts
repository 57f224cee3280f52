/** How many of so many. */
export type Count = {readonly bad: number; readonly of: number}

/**
 * How likely chance alone would put so many of all that is bad, or more, among these and not among the
 * others: the one-sided test of Fisher.
 */
export function chanceOfMore(these: Count, others: Count): number {
  const bad = these.bad + others.bad
  const all = these.of + others.of
  const most = Math.min(bad, these.of)
  const logs = logFactorials(all)
  const ways = (of: number, taken: number) => logWays(logs, of, taken)
  let chance = 0
  for (let among = these.bad; among <= most; among += 1) {
    const left = bad - among
    if (left > others.of) continue
    chance += Math.exp(ways(these.of, among) + ways(others.of, left) - ways(all, bad))
  }
  return Math.min(1, chance)
}

/** How likely so many of them, or more, are bad when each is with this share. */
export function chanceOfAtLeast({bad, of}: Count, share: number): number {
  if (bad === 0) return 1
  const logs = logFactorials(of)
  let chance = 0
  for (let many = bad; many <= of; many += 1) {
    const log = logWays(logs, of, many) + many * Math.log(share) + (of - many) * Math.log1p(-share)
    chance += Math.exp(log)
  }
  return Math.min(1, chance)
}

/** In how many ways so many can be taken, as a logarithm: the number itself has no room in a double. */
function logWays(logs: Float64Array, of: number, taken: number): number {
  return (logs[of] ?? 0) - (logs[taken] ?? 0) - (logs[of - taken] ?? 0)
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1)
  for (let n = 2; n <= most; n += 1) logs[n] = (logs[n - 1] ?? 0) + Math.log(n)
  return logs
}

/** Of one level. */
export type CountAt = Count & {readonly concurrency: number}

/**
 * By how many standard errors the share of what is bad grows with the logarithm of the number of calls: the
 * test of Cochran and Armitage. All levels speak, and none is singled out because it broke.
 */
export function growthWithLoad(counts: readonly CountAt[]): number {
  const sum = (of: (count: CountAt) => number) => counts.reduce((total, one) => total + of(one), 0)
  const score = ({concurrency}: CountAt) => Math.log(concurrency)
  const all = sum(({of}) => of)
  const share = sum(({bad}) => bad) / all
  const mean = sum((one) => one.of * score(one)) / all
  const spread = sum((one) => one.of * (score(one) - mean) ** 2)
  const variance = share * (1 - share) * spread
  if (!(variance > 0)) return 0
  return sum((one) => (score(one) - mean) * (one.bad - one.of * share)) / Math.sqrt(variance)
}
