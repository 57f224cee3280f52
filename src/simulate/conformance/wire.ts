import type {StreamEvent} from '../../protocol/events.js'
import type {Dialled} from '../../stream/exotel/dial.js'
import type {StreamSocket} from '../../stream/socket.js'
import type {CallWorld} from '../placed.js'

/** What becomes of the messages of one call on their way to the bot; made anew for each call. */
export type Wire = () => {
  /** What goes out in the place of a message: nothing, one, or several. */
  readonly send: (text: string) => readonly string[]
  /** The socket is left open where it should be closed. */
  readonly keepsOpen?: true
}

type Dial = NonNullable<CallWorld['dial']>
type Json = Readonly<Record<string, unknown>>

/** A dial whose sockets pass everything through the wires, and what the journal is to say instead. */
export function throughWires(
  dial: Dial,
  wires: readonly Wire[],
): {readonly dial: Dial; readonly asSent: (event: StreamEvent) => readonly StreamEvent[]} {
  const ends = wires.map((wire) => wire())
  const keepsOpen = ends.some((end) => end.keepsOpen)
  const outbox: string[] = []
  const altered = (socket: StreamSocket): StreamSocket => ({
    send(data, isBinary) {
      const text = typeof data === 'string' ? data : Buffer.from(data).toString('utf8')
      const texts = ends.reduce<readonly string[]>(
        (sent, end) => sent.flatMap((one) => end.send(one)),
        [text],
      )
      for (const one of texts) {
        if (!isMedia(one)) outbox.push(one)
        socket.send(one, isBinary)
      }
    },
    close(code, reason) {
      if (!keepsOpen) socket.close(code, reason)
    },
    terminate: () => {
      socket.terminate()
    },
    pause: () => {
      socket.pause()
    },
    dropped: () => socket.dropped(),
    listen: (listener) => {
      socket.listen(listener)
    },
  })
  return {
    async dial(url, options): Promise<Dialled> {
      const dialled = await dial(url, options)
      return {...dialled, socket: altered(dialled.socket)}
    },
    // A message is recorded right after it was sent: what the wires made of it is all there is.
    asSent: (event) =>
      event.type === 'sent' ? outbox.splice(0).map((text) => ({...event, text})) : [event],
  }
}

/** A wire that rewrites each message as JSON; undefined drops it. */
export function rewriting(rewrite: (message: Json) => Json | undefined): Wire {
  return () => ({
    send: (text) => {
      const message = rewrite(parsed(text))
      return message ? [JSON.stringify(message) + endOf(text)] : []
    },
  })
}

/** The newline with which a message ends, if it does. */
export function endOf(text: string): string {
  return text.endsWith('\n') ? '\n' : ''
}

export function parsed(text: string): Json {
  // Only our own encoder's messages come here, and those are JSON objects.
  return JSON.parse(text) as Json
}

/** The member of that name, where it is an object. */
export function inner(message: Json, name: string): Json {
  const value = message[name]
  return typeof value === 'object' && value !== null ? {...value} : {}
}

/** With spaces or without: a wire may lie behind another. */
const MEDIA = /^\{\s*"event":\s*"media"/

export function isMedia(text: string): boolean {
  return MEDIA.test(text)
}
