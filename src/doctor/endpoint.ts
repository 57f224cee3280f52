/** What a URL says of its connection. */

export function hasTls({protocol}: URL): boolean {
  return protocol === 'wss:' || protocol === 'https:'
}

/** The port that is dialled, also where the URL leaves it out. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return hasTls(url) ? 443 : 80
}

/** An address with a port, as Go, and everybody, writes it. */
export function withPort(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${String(port)}`
}
