import ipaddr from 'ipaddr.js'

/** The address in its one short form, so that it can be compared; undefined when it is none. */
export function readAddress(text: string): string | undefined {
  const bare = text.trim()
  // The parser also takes 127.1 and 0x7f000001, which nobody means who tells an address.
  if (!/^(?:\d+\.){3}\d+$|:/.test(bare) || bare.includes('%') || !ipaddr.isValid(bare)) return
  return ipaddr.process(bare).toString()
}

export function isIpv4(address: string): boolean {
  return !address.includes(':')
}

/** A host and a port out of `HOST:PORT`, `HOST`, `[IPv6]:PORT` or an IPv6 address. */
export function readHostPort(
  text: string,
  defaultPort: number,
): {readonly host: string; readonly port: number} | undefined {
  const bare = readAddress(text)
  if (bare !== undefined) return {host: bare, port: defaultPort}
  const parts = /^(?:\[([\da-f:.]+)\]|([\w.-]{1,253}))(?::(\d{1,5}))?$/i.exec(text)
  const host = parts?.[2] ?? readAddress(parts?.[1] ?? '')
  const port = Number(parts?.[3] ?? defaultPort)
  if (host === undefined || port < 1 || port > 65_535) return undefined
  return {host, port}
}
