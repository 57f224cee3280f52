/**
 * @typedef {import('./measure.mjs').Row} Row
 * @typedef {import('./measure.mjs').Spread} Spread
 * @typedef {import('./run.mjs').Results} Results
 */

const HEAD = ['what', 'ours', 'baseline', 'ratio', 'runs', 'bar']

/**
 * The results as Markdown that is also to be read as it is: every value a median with its least and most.
 * @param {Results} results
 * @returns {string}
 */
export function tableOf({at, machine, quick, runs, items}) {
  const {cpu, cores, memoryGb, node, system} = machine
  const on = `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGb} GB, ${system}, Node ${node.replace('v', '')}`
  const said = `Measured on ${at.slice(0, 10)}: ${on}. Medians of ${runs} runs, with the least and the most.`
  const small = quick ? '\n\nA quick look: too short to be quoted.' : ''
  const parts = items.map(({title, rows, failed}) => {
    const below = failed === undefined ? grid(rows) : `It failed: ${failed}`
    return `### ${title}\n\n${below}`
  })
  return [`${said}${small}`, ...parts].join('\n\n')
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
  if (ours === undefined) return [what, note ?? 'not measured', '', '', made, '']
  return [
    note === undefined ? what : `${what} (${note})`,
    `${spread(ours)} ${unit}`,
    baseline === undefined ? '' : `${spread(baseline)} ${unit}`,
    ratio === undefined ? '' : spread(ratio),
    made,
    bar === undefined ? '' : barText(bar, {unit, difference}),
  ]
}

/**
 * @param {NonNullable<Row['bar']>} bar
 * @param {{unit: string, difference: Spread | undefined}} row
 */
function barText({at, value, of, met}, {unit, difference}) {
  const sign = at === 'most' ? '≤' : '≥'
  const verdict = met ? 'met' : 'missed'
  if (of === 'ratio') return `${sign} ${value} ×: ${verdict}`
  if (of === 'ours' || difference === undefined) return `${sign} ${value} ${unit}: ${verdict}`
  return `${sign} ${value} ${unit} more (${figure(difference.median)}): ${verdict}`
}

/** @param {Spread} values */
function spread({median, min, max}) {
  const [middle, least, most] = [median, min, max].map(figure)
  return least === most ? `${middle}` : `${middle} (${least} … ${most})`
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
