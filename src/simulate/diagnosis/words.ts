/** 3200 -> `3,200`. */
export function amount(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

export function milliseconds(value: number): string {
  return `${amount(value)} ms`
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${amount(count)} times`
}

/** Text from the network, to be shown: short, quoted, without control characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)
}
