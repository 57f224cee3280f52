/** A listening socket of Linux' table; its owner is who has the inode open. */
export type ListeningSocket = {
  readonly address: string
  readonly port: number
  readonly inode: string
}

/** `TCP_LISTEN` in Linux' include/net/tcp_states.h. */
const LISTEN = '0A'
const ROW = /^\s*\d+: ([\dA-F]{8}|[\dA-F]{32}):([\dA-F]{4}) \S+ ([\dA-F]{2}) (?:\S+\s+){5}(\d+)/

/** What listens, from `/proc/net/tcp` or `tcp6`: proc_net_tcp(5). */
export function readSocketTable(text: string): readonly ListeningSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, address = '', port = '', state, inode = ''] = ROW.exec(line) ?? []
    if (state !== LISTEN) return []
    return [{address: addressOf(address), port: Number.parseInt(port, 16), inode}]
  })
}

/** Words of 32 bits, each with its bytes turned round, as a little-endian kernel prints them. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse())
  const isMapped = /^0{20}F{4}/.test(bytes.join(''))
  if (bytes.length === 4 || isMapped) {
    return bytes
      .slice(-4)
      .map((byte) => String(Number.parseInt(byte, 16)))
      .join('.')
  }
  const groups = (bytes.join('').match(/.{4}/g) ?? []).join(':')
  // The URL parser knows how an IPv6 address is written short.
  return new URL(`http://[${groups}]`).hostname.slice(1, -1)
}
