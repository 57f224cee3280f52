/** How runs become a row: side by side, in pairs, and only where the rig can be relied on. */

/**
 * @typedef {{readonly median: number, readonly min: number, readonly max: number}} Spread
 * @typedef {{readonly values: Readonly<Record<string, number>>, readonly unreliable?: string | undefined}} Run
 * @typedef {{readonly ours: Run['values'], readonly baseline: Run['values']}} Pair
 * @typedef {{readonly asked: number, readonly pairs: readonly Pair[], readonly discarded: readonly string[]}} Pairs
 * @typedef {{readonly at: 'most' | 'least', readonly value: number, readonly of: 'ratio' | 'difference' | 'ours'}} Bar
 * @typedef {{
 *   readonly what: string,
 *   readonly unit: string,
 *   readonly ours?: Spread,
 *   readonly baseline?: Spread,
 *   readonly ratio?: Spread,
 *   readonly difference?: Spread,
 *   readonly runs: number,
 *   readonly discarded: number,
 *   readonly bar?: Bar & {readonly met: boolean},
 *   readonly note?: string,
 * }} Row
 */

/**
 * @param {readonly number[]} values
 * @returns {Spread}
 */
export function spreadOf(values) {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  const high = sorted[Math.floor(middle)] ?? Number.NaN
  return {
    median: (low + high) / 2,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  }
}

/**
 * The baseline and ours in turn, until there are as many pairs as asked for. A pair in which either run cannot be
 * relied on is discarded and made again, at most as often as pairs were asked for.
 * @param {number} asked
 * @param {{baseline: () => Promise<Run>, ours: () => Promise<Run>}} sides
 * @returns {Promise<Pairs>}
 */
export async function inPairs(asked, {baseline, ours}) {
  /** @type {Pair[]} */
  const pairs = []
  /** @type {string[]} */
  const discarded = []
  for (let made = 0; pairs.length < asked && made < 2 * asked; made += 1) {
    const first = await baseline()
    const second = await ours()
    const why = first.unreliable ?? second.unreliable
    if (why === undefined) pairs.push({baseline: first.values, ours: second.values})
    else discarded.push(why)
  }
  return {asked, pairs, discarded}
}

/**
 * Runs of one thing alone, under the same rule.
 * @param {number} asked
 * @param {() => Promise<Run>} ours
 * @returns {Promise<Pairs>}
 */
export function alone(asked, ours) {
  return inPairs(asked, {baseline: () => Promise.resolve({values: {}}), ours})
}

/**
 * One value of all pairs. Without enough pairs it says so instead of a number.
 * @param {Pairs} made
 * @param {{what: string, unit: string, key: string, bar?: Bar, note?: string}} row
 * @returns {Row}
 */
export function rowOf({asked, pairs, discarded}, {what, unit, key, bar, note}) {
  const told = {what, unit, runs: pairs.length, discarded: discarded.length}
  if (pairs.length < asked) {
    const why = discarded.at(-1)
    const few = `${String(pairs.length)} of ${String(asked)} runs could be relied on`
    return {...told, note: why === undefined ? few : `${few}: ${why}`}
  }
  const both = pairs.flatMap(({ours, baseline}) => {
    const one = ours[key]
    return one === undefined ? [] : [{ours: one, baseline: baseline[key]}]
  })
  if (both.length < asked) return {...told, note: 'not measured on this system'}
  const compared = both.flatMap(({ours, baseline}) =>
    baseline === undefined ? [] : [{ratio: ours / baseline, difference: ours - baseline}],
  )
  const ratios = compared.map(({ratio}) => ratio)
  const values = {
    ours: spreadOf(both.map(({ours}) => ours)),
    ...(compared.length === 0
      ? {}
      : {
          baseline: spreadOf(both.map(({baseline}) => baseline ?? Number.NaN)),
          // Nothing has a ratio to nothing, or to what never came.
          ...(ratios.every(Number.isFinite) ? {ratio: spreadOf(ratios)} : {}),
          difference: spreadOf(compared.map(({difference}) => difference)),
        }),
  }
  return {
    ...told,
    ...values,
    ...(bar === undefined ? {} : {bar: {...bar, met: isMet(bar, values)}}),
    ...(note === undefined ? {} : {note}),
  }
}

/**
 * @param {Bar} bar
 * @param {{ours: Spread, ratio?: Spread, difference?: Spread}} values
 */
function isMet({at, value, of}, values) {
  const median = values[of]?.median ?? Number.NaN
  return at === 'most' ? median <= value : median >= value
}
