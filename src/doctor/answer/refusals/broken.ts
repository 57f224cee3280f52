import {goWords} from '../../../stream/exotel/go-words.js'
import type {Hop} from '../../check.js'
import {portOf, withPort} from '../../endpoint.js'

/** What it means that the connection broke in place of an answer; the first row that fits is the one. */
export type Break = {
  /** Of the words that tell of it; what it captures goes into Go's words. */
  readonly words: RegExp
  /** Follows the host in a sentence. */
  readonly means: string
  readonly fix: string
  readonly goCause: (seen: {readonly captured: string; readonly address: string}) => string
}

const OWN_HANDSHAKE =
  'Let a WebSocket library make the answer of the bot (RFC 6455, section 4.2.2), and no proxy change it.'

export const BREAKS: readonly Break[] = [
  {
    words: /^101 without/,
    means: 'answered 101 without the headers of an upgrade',
    fix: `A proxy took them out of the answer, or the bot does not send them. ${OWN_HANDSHAKE}`,
    goCause: () => goWords.noUpgradeHeader(),
  },
  {
    words: /^101 with Upgrade: (.*)/,
    means: 'answered 101 and upgraded to something else than a WebSocket',
    fix: OWN_HANDSHAKE,
    goCause: ({captured}) => goWords.wrongUpgrade(captured),
  },
  {
    words: /^101 with Sec-WebSocket-Accept: (.*)/,
    means: 'answered 101 with a wrong Sec-WebSocket-Accept',
    fix: `${OWN_HANDSHAKE} A cache may also have answered for it.`,
    goCause: ({captured}) => goWords.wrongAccept(captured),
  },
  {
    words: /^101 with Sec-WebSocket-Protocol: (.*)/,
    means: 'answered 101 with a subprotocol that was not asked for',
    fix: 'Let the bot name no subprotocol when the request names none: Exotel asks for none.',
    goCause: ({captured}) => goWords.unexpectedProtocol(captured),
  },
  {
    words: /^101 with Sec-WebSocket-Extensions: /,
    means: 'answered 101 with an extension that was not asked for',
    fix: 'Turn compression (permessage-deflate) off for requests that do not ask for it: Exotel asks for none.',
    goCause: () => goWords.unexpectedExtensions(),
  },
  {
    words: /^an HTTP\/2 frame|NO_APPLICATION_PROTOCOL|no application protocol/i,
    means: 'speaks HTTP/2 only, and a WebSocket is opened over HTTP/1.1',
    fix: 'Let the server or the proxy in front of it take HTTP/1.1 as well.',
    goCause: () => goWords.notHttp(),
  },
  {
    words: /^not HTTP/,
    means: 'answered with something that is not HTTP',
    fix: 'Look which program listens on this port, and put the port of the bot into the URL.',
    goCause: () => goWords.notHttp(),
  },
  {
    words: /ECONNRESET|EPIPE/,
    means: 'reset the connection in place of an answer',
    fix: 'Look into the log of the bot for a crash at this moment; a firewall or a proxy that refuses the upgrade does the same.',
    goCause: ({address}) => goWords.reset(address),
  },
  {
    words: /ECONNREFUSED/,
    means: 'refused the connection, though it took one a moment ago',
    fix: 'Look into the log of the bot: it may have just stopped, or start again and again.',
    goCause: ({address}) => goWords.refused(address),
  },
  {
    words: /^EOF/,
    means: 'closed the connection without an answer',
    fix: 'Look into the log of the bot for a crash at this moment; a server that speaks TLS on this port does the same when it is asked without (then write wss://).',
    goCause: () => goWords.eof(),
  },
]

export const BROKEN_OTHERWISE: Break = {
  words: /^/,
  means: 'broke the connection in place of an answer',
  fix: 'Look into the log of the bot, and of a proxy in front of it, for what went wrong at this moment.',
  goCause: () => goWords.eof(),
}

/** The row for these words, with what Go says of it. */
export function breakOf(
  words: string,
  hop: Hop,
): Pick<Break, 'means' | 'fix'> & {readonly goCause: string} {
  const {means, fix, goCause, ...row} =
    BREAKS.find((one) => one.words.test(words)) ?? BROKEN_OTHERWISE
  const captured = row.words.exec(words)?.[1] ?? ''
  return {means, fix, goCause: goCause({captured, address: addressOf(hop)})}
}

/** As Go's dialer names whom it dialled. */
function addressOf({text = '', addresses: [first] = []}: Hop): string {
  const url = new URL(text)
  const port = portOf(url)
  return first === undefined ? `${url.hostname}:${String(port)}` : withPort(first, port)
}
