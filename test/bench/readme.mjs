const BEGIN = '<!-- benchmarks -->'
const END = '<!-- /benchmarks -->'

/**
 * The README with the table between its two marks, and all else as it was.
 * @param {string} readme
 * @param {string} table
 * @returns {string}
 */
export function withTable(readme, table) {
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`README.md lacks ${BEGIN} … ${END}`)
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${readme.slice(end)}`
}
