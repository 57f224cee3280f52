/** Whole milliseconds from 10 on, tenths below: what a person can use. */
export function inMs(ms: number): string {
  const rounded = Math.abs(ms) < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)
  // Adding 0 makes a negative zero positive.
  return `${String(rounded + 0)} ms`
}

export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

/** Milliseconds below a second, seconds from there on: one way of writing for an answer and for a stream. */
export function inShort(ms: number): string {
  return ms < 1000 ? inMs(ms) : inSeconds(ms)
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`
}
