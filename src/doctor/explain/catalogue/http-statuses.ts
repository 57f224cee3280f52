import type {Words} from '../explanation.js'

/** What a status means as the answer to the request that opens the WebSocket. */
export type StatusRow = {
  /** The digits, as a regular expression. */
  readonly status: string
  readonly words: Words
  readonly check: string
  readonly source: string
}

const EXOTEL = 'docs.exotel.com/exotel-agentstream/voicebot-applet'
const NGINX_UPGRADE =
  'proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade, proxy_set_header Connection "upgrade"'

const row = (
  status: string,
  words: Words,
  {check = 'upgrade', source = 'RFC 9110 15'}: {check?: string; source?: string} = {},
): StatusRow => ({status, words, check, source})

/** Those of one status first, then those of a class. */
export const statusRows: readonly StatusRow[] = [
  row(
    '101',
    {
      meaning: 'The WebSocket was opened: 101 is the right answer to the upgrade.',
      causes: ['All is well up to here; what is wrong comes later, once the stream is open.'],
      fix: 'Look at the close code and at Stream[Error] of the same call instead.',
    },
    {source: 'RFC 6455 4.2.2'},
  ),
  row('200', {
    meaning: 'The server answered with a web page instead of opening a WebSocket.',
    causes: [
      'The path is that of a page, or of a health check; a single-page app answers every path with 200.',
      'A proxy or tunnel does not pass the upgrade on, so that the bot sees a plain GET.',
      'A warning page of a tunnel stands in between.',
      'The URL of a dynamic endpoint was put where Exotel needs the wss:// URL itself.',
    ],
    fix: `Check the path, and let the proxy pass the upgrade on (nginx: ${NGINX_UPGRADE}).`,
  }),
  row('30[12378]', {
    meaning: 'The server sent Exotel elsewhere (a redirect), and a WebSocket follows none.',
    causes: [
      'The proxy sends ws:// on to wss:// (or http to https).',
      'The path lacks its last slash, or the host its www.',
      'A page for signing in stands before the bot.',
    ],
    fix: 'Put the URL that it is sent to into the applet; see it in the Location header:\ncurl -sI https://HOST/PATH',
  }),
  row('400', {
    meaning: 'The server did not take the request for a WebSocket.',
    causes: [
      'A proxy drops the Upgrade and Connection headers, so that the WebSocket library sees a plain request.',
      'The proxy talks HTTP/1.0 or HTTP/2 to the bot.',
      'The port speaks TLS and the URL says ws://.',
      'The bot asks for a subprotocol, an Origin or a header that Exotel does not send.',
    ],
    fix: `Let the proxy pass the upgrade on (nginx: ${NGINX_UPGRADE}), and ask for no Origin and no subprotocol.`,
  }),
  row(
    '401',
    {
      meaning: 'The server wants credentials, and those in the URL are missing or wrong.',
      causes: [
        'The URL in the applet has none: Exotel sends Authorization only when the URL is wss://KEY:TOKEN@HOST.',
        'The credentials were changed on the server and not in the applet.',
        'A character such as @, : or / in them is not percent-encoded.',
        'The bot asks for a Bearer token or a header; Exotel knows Basic only.',
      ],
      fix: 'Put the credentials into the URL of the applet, percent-encoded: wss://KEY:TOKEN@HOST/media?sample-rate=8000.',
    },
    {check: 'credentials', source: `RFC 9110 15.5.2; ${EXOTEL}`},
  ),
  row(
    '403',
    {
      meaning: 'The server understood the request and refuses it.',
      causes: [
        'Only listed addresses are let in, and those of Exotel are not among them.',
        'A web application firewall takes a client without a browser (Go-http-client) for a robot.',
        'The WebSocket library checks Origin, which Exotel does not send; some frameworks answer 403 for a path without a WebSocket.',
        'The credentials in the URL are wrong.',
      ],
      fix: "Let the path of the bot past the firewall's rules and the check of Origin, or let in the address ranges that Exotel names on request (hello@exotel.com).",
    },
    {source: `RFC 9110 15.5.4; ${EXOTEL}`},
  ),
  row('404', {
    meaning: 'The server is reached, and has no WebSocket at the path in the URL.',
    causes: [
      'The path is misspelt or missing: /media, /ws and / are three different ones.',
      'The proxy cuts a prefix off, or sends this path to another program.',
      'The tunnel is up, but leads to another port than that of the bot.',
      'The tunnel has ended, and its provider answers for it.',
    ],
    fix: 'Compare the path in the applet with the route of the bot; see whether the bot answers at all:\ncurl -i https://HOST/health',
  }),
  row('405', {
    meaning: 'The path exists, but takes no GET, which is what opens a WebSocket.',
    causes: [
      'The path is that of an HTTP endpoint (a webhook that takes POST), not of the WebSocket.',
    ],
    fix: 'Put the path of the WebSocket route into the applet.',
  }),
  row('407', {
    meaning: 'A proxy on the way wants credentials of its own.',
    causes: ['The URL leads through a forward proxy that only your own network may use.'],
    fix: 'Put a URL into the applet that leads to the bot without that proxy.',
  }),
  row(
    '(?:408|504|524|522)',
    {
      meaning: 'A proxy in front of the bot gave up waiting for it.',
      causes: [
        'The bot loads its models before it accepts the WebSocket, or wakes from a cold start.',
        'The bot hangs, or all its workers hold other calls.',
        'The proxy cannot reach the bot: a firewall between the two drops the packets.',
      ],
      fix: 'Accept the WebSocket at once and load afterwards; Exotel waits 10 s. Then raise the limit of the proxy (nginx: proxy_read_timeout 3600s).',
    },
    {check: 'open-time', source: 'RFC 9110 15.6.5; support.exotel.com 3000132302'},
  ),
  row('426', {
    meaning:
      'The server wants a WebSocket upgrade, and the one that Exotel sent did not reach it whole.',
    causes: [
      'A proxy drops the Upgrade and Connection headers.',
      'A plain GET (a browser, curl, a health check) was made to the WebSocket path: there 426 is right.',
      'The server asks for a Sec-WebSocket-Version other than 13.',
    ],
    fix: `Let the proxy pass the upgrade on (nginx: ${NGINX_UPGRADE}).`,
  }),
  row(
    '429',
    {
      meaning: 'The server takes no more requests for now: there are too many of them.',
      causes: [
        'The plan of the tunnel or host limits connections a minute.',
        'A rate limit of the proxy counts all of Exotel as one client.',
        'The bot limits its calls, and all places are taken.',
      ],
      fix: 'Raise the limit for the path of the bot, take another plan of the tunnel, or run more instances of the bot.',
    },
    {source: 'RFC 6585 4'},
  ),
  row('500', {
    meaning: 'The bot failed while it answered the upgrade.',
    causes: [
      'An exception in the code that accepts the WebSocket: a missing variable, a header that Exotel does not send.',
      'Something that the bot needs at once (a database, a model, a key) is not there.',
    ],
    fix: 'Look at the log of the bot for that second; the stack trace names the line.',
  }),
  row('501', {
    meaning: 'The server does not know how to do what was asked: no WebSocket there.',
    causes: ['The host is for static files or functions, and offers no WebSocket.'],
    fix: 'Run the bot on a host that offers WebSocket, and put its URL into the applet.',
  }),
  row('502', {
    meaning: 'The proxy or tunnel is reached, and the bot behind it is not.',
    causes: [
      'The bot is not running, or has crashed.',
      'The proxy or tunnel leads to another port than that of the bot, or to localhost of another container.',
      'The bot listens on ::1 and the proxy dials 127.0.0.1, or the other way round.',
    ],
    fix: 'Start the bot, and compare its port with the one that the proxy or tunnel leads to:\nss -ltnp',
  }),
  row('503', {
    meaning: 'The server is reached, and has nobody to take the call at the moment.',
    causes: [
      'No instance of the bot is running or healthy behind the load balancer.',
      'The bot is at its limit of calls.',
      'The host is waking the bot from sleep.',
    ],
    fix: 'Start the bot or more instances of it, look at the health check of the load balancer, and keep one instance awake.',
  }),
  row(
    '5[23]\\d',
    {
      meaning:
        'Cloudflare (or a proxy like it) is reached, and could not talk to the server behind it.',
      causes: [
        'The server is down, or its firewall does not let the proxy in (521, 523).',
        'TLS between the proxy and the server fails (525, 526).',
        'The tunnel or the DNS record behind the proxy is gone (530).',
      ],
      fix: 'Look up the number in the documentation of the proxy, and start the server or the tunnel behind it.',
    },
    {source: 'developers.cloudflare.com/support/troubleshooting/http-status-codes'},
  ),
  row('1\\d\\d', {
    meaning: 'The server answered with an interim status other than 101, and opened no WebSocket.',
    causes: ['A proxy answers in place of the bot.'],
    fix: 'Ask the bot without the proxy, and mend the proxy if that works.',
  }),
  row('2\\d\\d', {
    meaning: 'The server took the request for an ordinary one, and opened no WebSocket.',
    causes: ['The path is not that of the WebSocket.', 'A proxy does not pass the upgrade on.'],
    fix: `Check the path, and let the proxy pass the upgrade on (nginx: ${NGINX_UPGRADE}).`,
  }),
  row('3\\d\\d', {
    meaning: 'The server sent Exotel elsewhere, and a WebSocket follows no redirect.',
    causes: ['The URL is not the one that the bot is served at.'],
    fix: 'Put the URL that it is sent to into the applet.',
  }),
  row('4\\d\\d', {
    meaning: 'The server refused the request to open a WebSocket.',
    causes: [
      'The path, a header or the credentials are not what the server wants.',
      'A firewall or proxy in front refuses it.',
    ],
    fix: 'Look at the log of the bot and of the proxy for that second: it says why.',
  }),
  row('5\\d\\d', {
    meaning: 'The server, or the proxy in front of it, failed to open the WebSocket.',
    causes: ['The bot is down or crashed.', 'The proxy cannot reach the bot.'],
    fix: 'Look at the log of the proxy and of the bot for that second.',
  }),
]
