import type {ErrorRow} from '../explanation.js'
import {statusRows} from './http-statuses.js'

const CODER = 'github.com/coder/websocket dial.go'
const GORILLA = 'github.com/gorilla/websocket client.go'
const BEHIND = 'behind the prefix that is public'

/** In the words of coder/websocket, gorilla/websocket, golang.org/x/net, ws of Node and websockets of Python. */
const REFUSED =
  /(?:handshake response status code 101 but got |bad handshake\W{0,5}(?:with )?(?:status|HTTP)?(?: code)?\W{0,5}|bad status\W{0,5}|unexpected server response: |server rejected WebSocket connection: HTTP )/

/** An answer other than 101: what is said of the status as such, as an error of Exotel's. */
const refusedRows: readonly ErrorRow[] = statusRows
  .filter(({status}) => !status.startsWith('1'))
  .map(({status, words, check, source}) => ({
    id: 'handshake',
    pattern: new RegExp(`(?:expected )?${REFUSED.source}(?<status>${status})\\b`, 'i'),
    words: () => words,
    check,
    source: `${source}; ${CODER}, ${GORILLA}, ${BEHIND}`,
    isInferred: true,
  }))

/** What becomes of the URL and of the upgrade. */
export const handshakeRows: readonly ErrorRow[] = [
  ...refusedRows,
  {
    id: 'bad-handshake',
    pattern: /(?:websocket: )?bad handshake|\bbad status\b/i,
    words: () => ({
      meaning:
        'The server answered the request to open the WebSocket with something other than "101 Switching Protocols".',
      causes: [
        'The path in the URL is not the one that the bot serves (404).',
        'The bot asks for credentials that the URL does not have (401 or 403).',
        'A proxy in front does not pass the upgrade on (400, 426 or 200).',
        'The bot behind the proxy is down (502 or 503).',
      ],
      fix: 'The text does not say which status it was; ask the server as Exotel does, and see:\ncurl -i --http1.1 -H "Connection: Upgrade" -H "Upgrade: websocket" -H "Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==" https://HOST/PATH',
    }),
    check: 'upgrade',
    source: `${GORILLA}, ${BEHIND}`,
    isInferred: true,
  },
  {
    id: 'not-an-upgrade',
    pattern:
      /WebSocket protocol violation: [^&]{1,200}|(?:Connection|Upgrade) header (?:"[^"]{0,100}" )?does not contain|(?:invalid|bad) Sec-WebSocket-Accept|missing or bad upgrade/i,
    words: () => ({
      meaning: 'The server answered 101, but without the headers that make it a WebSocket.',
      causes: [
        'A proxy drops the Connection and Upgrade headers of the answer.',
        'The bot writes the handshake itself, and makes Sec-WebSocket-Accept wrongly.',
      ],
      fix: 'Let a WebSocket library answer the upgrade, and let the proxy pass it on (nginx: proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade, proxy_set_header Connection "upgrade").',
    }),
    check: 'upgrade',
    source: `RFC 6455 4.1; ${CODER}, ${BEHIND}`,
    isInferred: true,
  },
  {
    id: 'not-http',
    pattern:
      /malformed (?:HTTP|MIME) (?:response|version|status code|header)(?: line)?|\bHPE_[A-Z_]{3,40}\b|Parse Error: Expected HTTP/i,
    words: () => ({
      meaning:
        'What answers at that port does not speak HTTP/1.1, so no WebSocket can be opened there.',
      causes: [
        'The URL says ws:// where the port speaks TLS: it has to be wss://.',
        'The proxy answers with HTTP/2 where 1.1 was asked for.',
        'Another program (a database, SSH, a raw TCP bot) listens on that port.',
      ],
      fix: 'Check scheme and port of the URL, and see who answers there:\ncurl -iv --http1.1 https://HOST:PORT/PATH',
    }),
    check: 'upgrade',
    source: `go.dev/src/net/http/response.go, ${BEHIND}`,
    isInferred: true,
  },
  {
    id: 'malformed-url',
    pattern:
      /malformed ws or wss URL|unexpected url scheme|unsupported protocol scheme|missing protocol scheme|invalid URL escape|invalid character "[^"]{0,10}" in host name|invalid port "[^"]{0,100}" after host|first path segment in URL cannot contain colon|no Host in request URL|net\/url: invalid/i,
    words: () => ({
      meaning:
        'What stands in the applet, or what the dynamic URL answered, is not a ws:// or wss:// URL.',
      causes: [
        'The scheme is missing or misspelt, as in wss:/ or wss//, or it is https:// where the answer of a dynamic URL must be wss://.',
        'Blanks, quotes, angle brackets or {placeholders} are left in the URL.',
        'A password in the URL holds @, / or % that is not percent-encoded.',
      ],
      fix: 'Put the whole URL in, without quotes and blanks, and percent-encode the credentials: wss://KEY:TOKEN@HOST/media?sample-rate=8000.',
    }),
    check: 'url',
    source: `${GORILLA}, go.dev/src/net/url/url.go, ${BEHIND}`,
    isInferred: true,
  },
  {
    id: 'protocol-error',
    pattern:
      /(?<!\()\b(?:websocket: |WebSocket )?protocol error(?!\))|(?:websocket: )?(?:bad opcode \d{1,3}|bad MASK|RSV[123] set|invalid close (?:code|payload)|invalid utf8 payload|FIN not set on control|control frame length)|invalid (?:close (?:frame|code|status)|WebSocket frame)|(?:read )?invalid frame|received header with unexpected rsv bits/i,
    words: () => ({
      meaning: 'The bot sent something that is not legal WebSocket, and Exotel closed the stream.',
      causes: [
        'A WebSocket that was written by hand masks its frames, or uses reserved bits or opcodes.',
        'Compression is used without having been agreed on.',
        'Text that is not UTF-8, or a close frame with a code such as 1005 or 1006, was sent.',
        'A program wrote plain text to the socket after the upgrade.',
      ],
      fix: 'Let a WebSocket library write the frames, with compression off, and close with code 1000.',
    }),
    check: 'conformance',
    source: `RFC 6455 5 and 7.4; ${GORILLA}, ${BEHIND}`,
    isInferred: true,
  },
]
