/** How runs become a row: side by side, in pairs, and only where the rig can be relied on. */

/**
 * @typedef {{readonly median: number, readonly min: number, readonly max: number}} Spread
 * @typedef {Readonly<Record<string, number>>} Values
 * @typedef {{readonly values: Values, readonly unreliable?: string | undefined, readonly atLeast?: boolean}} Run
 *   `atLeast`: what was looked for may be more than what was found.
 * @typedef {'ours' | 'baseline'} Side
 * @typedef {{readonly ours: Values, readonly baseline: Values, readonly atLeast?: readonly Side[]}} Pair
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
 *   readonly bar?: Bar & {readonly met?: boolean},
 *   readonly note?: string,
 * }} Row A bar without `met` was not judged: there was nothing to judge it by.
 * @typedef {{what: string, unit: string, key: string, bar?: Bar, note?: string, against?: 'ratio' | 'difference'}} Asked
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
 * The baseline and ours, then ours and the baseline, until there are as many pairs as asked for: whoever is first
 * gains or loses by it as often as the other. A pair in which either run cannot be relied on is discarded and made
 * again, at most as often as pairs were asked for.
 * @param {number} asked
 * @param {Record<Side, () => Promise<Run>>} sides
 * @returns {Promise<Pairs>}
 */
export async function inPairs(asked, sides) {
  /** @type {Pair[]} */
  const pairs = []
  /** @type {string[]} */
  const discarded = []
  for (let made = 0; pairs.length < asked && made < 2 * asked; made += 1) {
    const pair = await (made % 2 === 0
      ? inTurn(sides, ['baseline', 'ours'])
      : inTurn(sides, ['ours', 'baseline']))
    if (typeof pair === 'string') discarded.push(pair)
    else pairs.push(pair)
  }
  return {asked, pairs, discarded}
}

/**
 * @param {Record<Side, () => Promise<Run>>} sides
 * @param {readonly [Side, Side]} order
 * @returns {Promise<Pair | string>} why it is discarded, where it is
 */
async function inTurn(sides, [first, second]) {
  const one = await sides[first]()
  const other = await sides[second]()
  const why = one.unreliable ?? other.unreliable
  if (why !== undefined) return why
  const [ours, baseline] = first === 'ours' ? [one, other] : [other, one]
  /** @type {Side[]} */
  const atLeast = []
  if (ours.atLeast) atLeast.push('ours')
  if (baseline.atLeast) atLeast.push('baseline')
  return {
    ours: ours.values,
    baseline: baseline.values,
    ...(atLeast.length > 0 ? {atLeast} : {}),
  }
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
 * @param {Asked} row
 * @returns {Row}
 */
export function rowOf({asked, pairs, discarded}, {what, unit, key, bar, note, against}) {
  const told = {what, unit, runs: pairs.length, discarded: discarded.length}
  const unjudged = bar === undefined ? {} : {bar}
  if (pairs.length < asked) {
    const why = discarded.at(-1)
    const few = `${String(pairs.length)} of ${String(asked)} runs could be relied on`
    return {...told, ...unjudged, note: why === undefined ? few : `${few}: ${why}`}
  }
  const known = pairs.filter(({ours}) => ours[key] !== undefined)
  if (known.length < asked) return {...told, ...unjudged, note: 'not measured here'}
  const {ratio, ...values} = valuesOf(known, key)
  const all = ratio === undefined || against === 'difference' ? values : {...values, ratio}
  const notes = [note, atLeastWords(pairs)].filter((words) => words !== undefined)
  return {
    ...told,
    ...all,
    ...(bar === undefined ? {} : {bar: judged(bar, {...values, ...(ratio ? {ratio} : {})}, pairs)}),
    ...(notes.length === 0 ? {} : {note: notes.join('; ')}),
  }
}

/**
 * What was counted in all runs of all sizes together, where one is one too many.
 * @param {readonly Pairs[]} made
 * @param {Asked} row
 * @returns {Row}
 */
export function totalOf(made, row) {
  const asked = made.reduce((total, one) => total + one.asked, 0)
  const pairs = made.flatMap((one) => one.pairs)
  const discarded = made.flatMap((one) => one.discarded)
  /** @param {Side} side */
  const sum = (side) => pairs.reduce((total, pair) => total + (pair[side][row.key] ?? 0), 0)
  const pair = {ours: {[row.key]: sum('ours')}, baseline: {[row.key]: sum('baseline')}}
  const {ratio: _, ...told} = rowOf({asked: 1, pairs: [pair], discarded}, row)
  // Too few runs show nothing, unless what they show is one too many.
  if (pairs.length < asked && told.bar?.met !== false) {
    return rowOf({asked, pairs, discarded}, row)
  }
  return {...told, runs: pairs.length}
}

/**
 * @param {readonly Pair[]} pairs all with a value of ours
 * @param {string} key
 * @returns {{ours: Spread, baseline?: Spread, ratio?: Spread, difference?: Spread}}
 */
function valuesOf(pairs, key) {
  const both = pairs.map(({ours, baseline}) => ({
    ours: ours[key] ?? Number.NaN,
    baseline: baseline[key],
  }))
  const compared = both.flatMap(({ours, baseline}) =>
    baseline === undefined ? [] : [{baseline, ratio: ours / baseline, difference: ours - baseline}],
  )
  const ours = spreadOf(both.map((one) => one.ours))
  if (compared.length === 0) return {ours}
  const ratios = compared.map(({ratio}) => ratio)
  return {
    ours,
    baseline: spreadOf(compared.map(({baseline}) => baseline)),
    // Nothing has a ratio to nothing, or to what never came.
    ...(ratios.every(Number.isFinite) ? {ratio: spreadOf(ratios)} : {}),
    difference: spreadOf(compared.map(({difference}) => difference)),
  }
}

/**
 * @param {readonly Pair[]} pairs
 * @returns {string | undefined}
 */
function atLeastWords(pairs) {
  const words = /** @type {const} */ (['ours', 'baseline']).flatMap((side) => {
    const runs = pairs.filter(({atLeast = []}) => atLeast.includes(side)).length
    return runs === 0 ? [] : [`${side}: at least, in ${runs} of ${pairs.length} runs`]
  })
  return words.length === 0 ? undefined : words.join('; ')
}

/**
 * @param {Bar} bar
 * @param {{ours: Spread, ratio?: Spread, difference?: Spread}} values
 * @param {readonly Pair[]} pairs
 * @returns {NonNullable<Row['bar']>}
 */
function judged(bar, values, pairs) {
  // A baseline that may be more says nothing of how near ours came to it.
  if (pairs.some(({atLeast = []}) => atLeast.includes('baseline'))) return bar
  const median = values[bar.of]?.median ?? Number.NaN
  return {...bar, met: bar.at === 'most' ? median <= bar.value : median >= bar.value}
}
