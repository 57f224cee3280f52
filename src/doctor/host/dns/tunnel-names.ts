/** Under these names tunnels come and go. */
const SERVICES: Readonly<Record<string, string>> = {
  'ngrok-free.app': 'ngrok',
  'ngrok-free.dev': 'ngrok',
  'ngrok.app': 'ngrok',
  'ngrok.dev': 'ngrok',
  'ngrok.io': 'ngrok',
  'trycloudflare.com': 'cloudflared',
  'loca.lt': 'localtunnel',
}

/** The service whose tunnel the name is, or was. */
export function tunnelServiceOf(host: string): string | undefined {
  const [, service] =
    Object.entries(SERVICES).find(([suffix]) => host.toLowerCase().endsWith(`.${suffix}`)) ?? []
  return service
}

/** The same name under the service's real suffix, when this one is only a slip of the keys away. */
export function meantTunnel(host: string): string | undefined {
  const labels = host.toLowerCase().split('.')
  if (tunnelServiceOf(host) !== undefined || labels.length < 3) return undefined
  const written = labels.slice(-2).join('.')
  const near = Object.keys(SERVICES)
    .map((suffix) => ({suffix, slips: slipsBetween(written, suffix)}))
    // Of a short name two slips make another one.
    .filter(({suffix, slips}) => slips <= (suffix.length > 9 ? 2 : 1))
    .sort((left, right) => left.slips - right.slips)
  const [nearest] = near
  return nearest === undefined ? undefined : [...labels.slice(0, -2), nearest.suffix].join('.')
}

/** Letters that were left out, put in, mistaken for another, or swapped with the next one. */
function slipsBetween(left: string, right: string): number {
  const rows = [Array.from({length: right.length + 1}, (_, column) => column)]
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Infinity
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1]
      const isSwapped = left[row - 2] === right[column - 1] && left[row - 1] === right[column - 2]
      current.push(
        Math.min(
          cell(row - 1, column) + 1,
          cell(row, column - 1) + 1,
          cell(row - 1, column - 1) + (isSame ? 0 : 1),
          row > 1 && column > 1 && isSwapped ? cell(row - 2, column - 2) + 1 : Infinity,
        ),
      )
    }
  }
  return cell(left.length, right.length)
}
