import type {Clock} from '../clock.js'
import type {SocketListener, StreamSocket} from './socket.js'

/** One end of a stream in memory. */
export type PairedSocket = StreamSocket & {
  /** Sends a message that is not text. */
  sendBinary(bytes: Uint8Array): void
}

/** Two ends of a stream in memory; what one sends the other hears `delayMs` later, in order. */
export function socketPair(clock: Clock, delayMs = 1): readonly [PairedSocket, PairedSocket] {
  const one = new SocketInMemory(clock, delayMs)
  const other = new SocketInMemory(clock, delayMs)
  one.peer = other
  other.peer = one
  return [one, other]
}

/** An empty close frame (RFC 6455, section 7.4.1). */
const NO_CODE = 1005

class SocketInMemory implements PairedSocket {
  peer: SocketInMemory | undefined
  readonly #clock: Clock
  readonly #delayMs: number
  #listener: SocketListener | undefined
  #early: ((to: SocketListener) => void)[] = []
  #isOpen = true
  #isPaused = false

  constructor(clock: Clock, delayMs: number) {
    this.#clock = clock
    this.#delayMs = delayMs
  }

  send(data: string | Uint8Array, isBinary = typeof data !== 'string'): void {
    if (isBinary) this.sendBinary(Buffer.from(data))
    else if (this.#isOpen) this.#later((peer) => peer.heard((to) => to.message(data)))
  }

  sendBinary(bytes: Uint8Array): void {
    if (this.#isOpen) this.#later((peer) => peer.heard((to) => to.message(bytes)))
  }

  close(code = NO_CODE, reason = ''): void {
    if (!this.#isOpen) return
    this.#later((peer) => peer.closedByPeer(code, reason))
    this.#later((peer) => {
      if (!peer.#isPaused) this.end(code, reason)
    }, 2 * this.#delayMs)
  }

  terminate(): void {
    if (!this.#isOpen) return
    this.#later((peer) => peer.closedByPeer(1006, ''))
    this.end(1006, '')
  }

  pause(): void {
    this.#isPaused = true
  }

  dropped(): number {
    return 0
  }

  listen(listener: SocketListener): void {
    this.#listener = listener
    for (const hand of this.#early.splice(0)) hand(listener)
  }

  heard(message: (to: SocketListener) => void): void {
    if (!this.#isPaused) this.#hear(message)
  }

  closedByPeer(code: number, reason: string): void {
    if (!this.#isPaused) this.end(code, reason)
  }

  #hear(hand: (to: SocketListener) => void): void {
    if (!this.#isOpen) return
    if (this.#listener) hand(this.#listener)
    else this.#early.push(hand)
  }

  end(code: number, reason: string): void {
    if (!this.#isOpen) return
    this.#hear((to) => {
      to.closed(code, reason)
    })
    this.#isOpen = false
  }

  #later(act: (peer: SocketInMemory) => void, delayMs = this.#delayMs): void {
    const {peer} = this
    if (!peer) return
    void this.#clock.sleepUntil(this.#clock.now() + delayMs).then(() => {
      act(peer)
    })
  }
}
