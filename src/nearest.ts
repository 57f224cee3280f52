/** The candidate that a slip of the fingers would explain, if there is one. */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  const mostEdits = Math.max(1, Math.floor(given.length / 3))
  const [best] = candidates
    .map((candidate) => ({candidate, edits: editDistance(given, candidate)}))
    .filter(({edits}) => edits <= mostEdits)
    .sort((a, b) => a.edits - b.edits)
  return best?.candidate
}

/** Letters to insert, delete or replace, and neighbours to swap: Damerau's distance, each letter touched once. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({length: to.length + 1}, (_, column) => column)]
  const at = (line: number, column: number): number => rows[line]?.[column] ?? Infinity
  for (let line = 1; line <= from.length; line += 1) {
    rows.push([line])
    for (let column = 1; column <= to.length; column += 1) {
      const differs = from[line - 1] === to[column - 1] ? 0 : 1
      const isSwap = from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1]
      const fewest = Math.min(
        at(line - 1, column - 1) + differs,
        at(line - 1, column) + 1,
        at(line, column - 1) + 1,
        isSwap ? at(line - 2, column - 2) + 1 : Infinity,
      )
      rows[line]?.push(fewest)
    }
  }
  return at(from.length, to.length)
}
