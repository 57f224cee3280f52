/** What the system says when it gives no more sockets, in words for the person who has to change that. */
const MEANINGS: Readonly<Record<string, string>> = {
  EMFILE: 'this process has no more file descriptors (EMFILE; see "ulimit -n")',
  ENFILE: 'this machine has no more file descriptors (ENFILE)',
  EADDRNOTAVAIL: 'this machine has no more ports to call from (EADDRNOTAVAIL)',
  ENOBUFS: 'this machine has no more memory for sockets (ENOBUFS)',
}

/** Why a dial failed here before it came to the bot; undefined when the bot is not so free of blame. */
export function outOfSockets(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const {code} = one as NodeJS.ErrnoException
    const meaning = code === undefined ? undefined : MEANINGS[code]
    if (meaning !== undefined) return meaning
  }
  return undefined
}
