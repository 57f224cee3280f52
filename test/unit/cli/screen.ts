/** A stream that remembers what was written to it. */
export function aScreen({isTTY, columns}: {isTTY: boolean; columns?: number}) {
  const written: string[] = []
  return {
    isTTY,
    columns,
    written,
    write(text: string, _encoding?: 'utf8', done?: () => void) {
      written.push(text)
      done?.()
      return true
    },
  }
}
