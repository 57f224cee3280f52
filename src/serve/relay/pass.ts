import {NO_CLOSE_FRAME, type StreamSocket} from '../../stream/socket.js'

const NO_CODE = 1005

/**
 * A close as it was heard on one leg of a relayed stream, on the other.
 * These two are never on the wire (RFC 6455, section 7.4.1): they stand for what was missing there.
 */
export function passClose(to: StreamSocket, code: number, reason: string): void {
  if (code === NO_CLOSE_FRAME) to.terminate()
  else if (code === NO_CODE) to.close()
  else to.close(code, reason)
}
