/**
 * @typedef {import('./measure.mjs').Row} Row
 * @typedef {import('./measure.mjs').Spread} Spread
 * @typedef {import('./run.mjs').Results} Results
 */

const HEAD = ['what', 'ours', 'baseline', 'ratio or difference', 'runs', 'bar']

/**
 * The results as Markdown that is also to be read as it is: every value a median with its least and most.
 * @param {Results} results
 * @returns {string}
 */
export function tableOf({at, commit, machine, quick, items}) {
  const {cpu, cores, memoryGb, node, system} = machine
  const on = `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGb} GB, ${system}, Node ${node.replace('v', '')}`
  const said = `Measured on ${measuredAt({at, commit})}: ${on}. Medians of the runs that are named, with the least and the most.`
  const small = quick ? '\n\nA quick look: too short to be quoted, or to judge a bar.' : ''
  const parts = items.map((item) => {
    const when = measuredAt(item)
    const other = when === measuredAt({at, commit}) ? '' : `Measured on ${when}.\n\n`
    const below = item.failed === undefined ? grid(item.rows) : `It failed: ${item.failed}`
    return `### ${item.title}\n\n${other}${below}`
  })
  return [`${said}${small}`, ...parts].join('\n\n')
}

/** @param {{at: string, commit?: string | undefined}} measured */
function measuredAt({at, commit}) {
  return commit === undefined ? at.slice(0, 10) : `${at.slice(0, 10)} at ${commit}`
}

/** @param {readonly Row[]} rows */
function grid(rows) {
  const lines = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  /** @param {readonly string[]} cells */
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(lines[0] ?? []), rule, ...lines.slice(1).map(line)].join('\n')
}

/**
 * @param {Row} row
 * @returns {string[]}
 */
function cellsOf({what, unit, ours, baseline, ratio, difference, runs, discarded, bar, note}) {
  const made = discarded === 0 ? String(runs) : `${runs}, ${discarded} discarded`
  const judged = bar === undefined ? '' : barText(bar, {unit, difference})
  if (ours === undefined) return [what, note ?? 'not measured', '', '', made, judged]
  return [
    note === undefined ? what : `${what} (${note})`,
    `${spread(ours)} ${unit}`,
    baseline === undefined ? '' : `${spread(baseline)} ${unit}`,
    against({ratio, difference, unit}),
    made,
    judged,
  ]
}

/** @param {{ratio: Spread | undefined, difference: Spread | undefined, unit: string}} row */
function against({ratio, difference, unit}) {
  if (ratio !== undefined) return spread(ratio)
  return difference === undefined ? '' : `${spread(difference, signed)} ${unit}`
}

/**
 * @param {NonNullable<Row['bar']>} bar
 * @param {{unit: string, difference: Spread | undefined}} row
 */
function barText({at, value, of, met}, {unit, difference}) {
  const sign = at === 'most' ? '≤' : '≥'
  const verdict = met === undefined ? 'not judged' : met ? 'pass' : 'miss'
  if (of === 'ratio') return `${sign} ${value} ×: ${verdict}`
  if (of === 'ours') return `${sign} ${value} ${unit}: ${verdict}`
  const measured = difference === undefined ? '' : ` (${signed(difference.median)})`
  return `${sign} ${value} ${unit} more${measured}: ${verdict}`
}

/**
 * @param {Spread} values
 * @param {(value: number) => string} [shown]
 */
function spread({median, min, max}, shown = figure) {
  const [middle, least, most] = [median, min, max].map(shown)
  return least === most ? `${middle}` : `${middle} (${least} … ${most})`
}

/** @param {number} value */
function signed(value) {
  return value > 0 ? `+${figure(value)}` : figure(value)
}

/**
 * Three figures: more would be noise.
 * @param {number} value
 */
function figure(value) {
  if (!Number.isFinite(value)) return 'never'
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 3))
}
