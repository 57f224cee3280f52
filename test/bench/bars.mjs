/** Did it hold: the bars of a run, and the exit code they make. */

/**
 * @typedef {import('./run.mjs').ItemResult} ItemResult
 * @typedef {{readonly missed: readonly string[], readonly open: readonly string[]}} Bars
 */

const MISSED = 1
const NOT_MEASURED = 3

/**
 * @param {readonly ItemResult[]} items
 * @returns {Bars}
 */
export function barsOf(items) {
  /** @type {string[]} */
  const missed = []
  /** @type {string[]} */
  const open = []
  for (const {name, rows, failed} of items) {
    if (failed !== undefined) open.push(`${name}: it failed: ${failed}`)
    for (const {what, bar, note} of rows) {
      if (bar === undefined || bar.met === true) continue
      if (bar.met === false) missed.push(`${name}: ${what}`)
      else open.push(`${name}: ${what}${note === undefined ? '' : ` (${note})`}`)
    }
  }
  return {missed, open}
}

/**
 * What is too short for a bar judges none.
 * @param {ItemResult} item
 * @returns {ItemResult}
 */
export function withoutVerdicts(item) {
  const rows = item.rows.map((row) => {
    if (row.bar === undefined) return row
    const {met: _, ...bar} = row.bar
    return {...row, bar}
  })
  return {...item, rows}
}

/**
 * The end of what is printed: which bars were missed, and which could not be judged.
 * @param {Bars} bars
 * @returns {string}
 */
export function barsText({missed, open}) {
  if (missed.length + open.length === 0) return 'Every bar was passed.'
  return [...listed('Missed', missed), ...listed('Not measured', open)].join('\n')
}

/**
 * @param {string} head
 * @param {readonly string[]} lines
 */
function listed(head, lines) {
  return lines.length === 0 ? [] : [`${head}:`, ...lines.map((line) => `- ${line}`)]
}

/**
 * @param {Bars} bars
 * @returns {0 | 1 | 3}
 */
export function exitOf({missed, open}) {
  if (missed.length > 0) return MISSED
  return open.length > 0 ? NOT_MEASURED : 0
}
