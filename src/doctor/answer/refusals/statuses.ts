import {putUrl, useCorrectedUrl} from '../../corrected-url.js'
import {hasTls} from '../../endpoint.js'
import {pathOf, rightUrl} from '../right-url.js'
import type {Refusal} from './refusal.js'

const IN_NGINX =
  'In nginx, in the location of the bot:\nproxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "upgrade";'

const PASS_UPGRADE = `Let the proxy pass the upgrade on. ${IN_NGINX}`

const START_BOT =
  'Start the bot, and look that the proxy or tunnel leads to the port on which it listens.'

const LOG = "Look into the bot's own log for what went wrong at the time of this request."

/** What a status means, whoever gives it; RFC 9110 has those below 520, Cloudflare's documents the others. */
export const STATUSES: readonly Refusal[] = [
  {
    statuses: [200],
    marks: /"url"\s*:\s*"wss?:/i,
    means: 'it is an endpoint for the dynamic URL, not the stream itself',
    fix: (facts) =>
      putUrl(
        facts,
        rightUrl(facts.hop, (url) => (url.protocol = hasTls(url) ? 'https:' : 'http:')),
      ),
  },
  {
    statuses: [200],
    means: 'a web page is there, and no WebSocket',
    fix: (facts) =>
      `Put the path on which the bot takes its WebSocket into the URL in place of ${pathOf(facts.hop)}, or let a proxy on the way pass the upgrade on.`,
  },
  {
    statuses: [201, 202, 203, 204, 205, 206],
    means: 'it took the request for a plain one, and opened no WebSocket',
    fix: 'Put the path on which the bot takes its WebSocket into the URL; a proxy in front of it has to pass the upgrade on.',
  },
  {
    statuses: [400],
    marks: /upgrade|Connection header|websocket protocol|Sec-WebSocket/i,
    means: 'the headers of the upgrade were lost on the way to the bot',
    fix: PASS_UPGRADE,
  },
  {
    statuses: [400],
    means: 'the server did not take the request for the upgrade of a WebSocket',
    fix: `${LOG} If a proxy is in front of it, it has to pass the upgrade on. ${IN_NGINX}`,
  },
  {
    statuses: [402],
    means: 'the platform or the tunnel wants to be paid',
    fix: 'Look into the account of the platform or of the tunnel.',
  },
  {
    statuses: [403],
    marks: /origin/i,
    means: 'the server wants an Origin, which Exotel does not send',
    fix: 'Let the server take requests without an Origin header: only browsers send one.',
  },
  {
    // Starlette closes an unknown WebSocket route, and the server makes a 403 of it (github.com/fastapi/fastapi/issues/572).
    statuses: [403],
    marks: /^server: .*(uvicorn|hypercorn|daphne|websockets)/im,
    means: 'a Python server refused it, as it does when no WebSocket route has this path',
    fix: (facts) =>
      `Put the path of the bot's WebSocket route into the URL in place of ${pathOf(facts.hop)}; if it is right, look why the bot closes before it accepts.`,
  },
  {
    // The bytes of uvicorn, which names itself nowhere on an upgrade that it refuses.
    statuses: [403],
    isBare: true,
    means:
      'no WebSocket route has this path, as uvicorn says so, or the bot or an address list refuses the caller',
    fix: ({hop}) =>
      `Compare ${pathOf(hop)} with the path of the WebSocket route in the code of the bot; if it is right, look why the bot closes before it accepts, or let Exotel in: its addresses are named by hello@exotel.com, and it sends no Origin.`,
  },
  {
    statuses: [403],
    means:
      'an address list, a firewall for web applications or a check of the Origin refuses the caller',
    fix: 'Let Exotel in: its addresses are named by hello@exotel.com, it sends no Origin, and its User-Agent is Go-http-client/1.1.',
  },
  {
    // Without a WebSocket library, uvicorn takes the request for a plain GET.
    statuses: [404],
    marks: /^server: .*uvicorn/im,
    means: 'uvicorn has no WebSocket library, or only plain HTTP is at this path',
    fix: "Install what it needs for WebSockets, and start it again:\npip install 'uvicorn[standard]'",
  },
  {
    statuses: [405],
    means: 'this path takes other methods only; a WebSocket is opened with GET',
    fix: (facts) =>
      `Put the path on which the bot takes its WebSocket into the URL in place of ${pathOf(facts.hop)}, or let it answer GET there.`,
  },
  {
    statuses: [406, 415],
    means: 'the server negotiates about the type of a page, and opens no WebSocket there',
    fix: 'Put the path on which the bot takes its WebSocket into the URL.',
  },
  {
    statuses: [407],
    means: 'a proxy on the way wants credentials of its own',
    fix: 'Take the proxy out of the way from outside to the bot: Exotel cannot log in to it.',
  },
  {
    statuses: [408],
    means: 'the server or a proxy gave up before the bot answered',
    fix: 'Accept the upgrade first, and load models or call other services after it.',
  },
  {
    statuses: [410],
    means: 'this path was given up for good',
    fix: (facts) => `Put the path that the bot has now into the URL. ${useCorrectedUrl(facts)}`,
  },
  {
    statuses: [413, 414, 431],
    means: 'the URL or its headers are longer than the server takes',
    fix: 'Take parameters out of the URL (Exotel takes 3 of them, with 256 characters in all), or let the server take longer requests.',
  },
  {
    statuses: [421],
    means: 'the server is not the one for this host name',
    fix: (facts) =>
      `Let the host name lead to the server of the bot, and let that server know it by this name. ${useCorrectedUrl(facts)}`,
  },
  {
    statuses: [426],
    means: 'the Upgrade header was lost on the way: a proxy did not pass it on',
    fix: PASS_UPGRADE,
  },
  {
    statuses: [429],
    means: 'the server or the tunnel takes no more requests for now',
    fix: 'Wait as long as it says, then raise the limit: each call is a request, and Exotel makes a second one when the first fails.',
  },
  {
    statuses: [500],
    means: 'the bot or the server in front of it broke while it answered',
    fix: LOG,
  },
  {
    statuses: [501],
    means: 'the server knows no WebSockets',
    fix: 'Let the URL lead to the bot itself, or put a server in front of it that passes the upgrade on.',
  },
  {
    statuses: [502],
    means: 'a proxy or tunnel is up, but the bot behind it is not',
    fix: START_BOT,
  },
  {
    statuses: [503],
    means: 'the server is up, but takes no calls now: it is starting, shutting down or full',
    fix: 'Wait until the bot has started, and keep one instance running; if all its calls are taken, raise its limit.',
  },
  {
    statuses: [504],
    means: 'a proxy or tunnel is up, but the bot behind it does not answer it',
    fix: 'Accept the upgrade first, and load models after it; look that the proxy leads to the port on which the bot listens.',
  },
  {
    statuses: [511],
    means: 'a network or tunnel on the way shows a page to log in first',
    fix: 'Take it out of the way from outside to the bot, or use another tunnel:\nexostream serve --tunnel cloudflared',
  },
  {
    statuses: [520],
    means: 'Cloudflare is up, but the bot behind it answers what Cloudflare does not understand',
    fix: LOG,
  },
  {
    statuses: [521],
    means: 'Cloudflare is up, but the server behind it refuses the connection',
    fix: `${START_BOT} Its firewall has to let Cloudflare in.`,
  },
  {
    statuses: [522, 523, 524],
    means: 'Cloudflare is up, but gets no answer from the server behind it',
    fix: `${START_BOT} Its firewall has to let Cloudflare in, and the address in the DNS record has to be its own.`,
  },
  {
    statuses: [525, 526],
    means: 'Cloudflare is up, but does not accept the TLS of the server behind it',
    fix: 'Give that server a valid certificate for this name (an origin certificate of Cloudflare will do), or set the mode under SSL/TLS to what it has.',
  },
  {
    statuses: [530],
    means: 'Cloudflare cannot find the server or tunnel behind this name',
    fix: (facts) => `Look at the DNS record or the tunnel in Cloudflare. ${useCorrectedUrl(facts)}`,
  },
]

/** What the class of a status that has no row means. */
export const CLASSES: Readonly<Record<string, Refusal>> = {
  '4': {
    means: 'the server refuses the request',
    fix: `${LOG} The path, and what a proxy in front of it lets through, are the usual reasons.`,
  },
  '5': {means: 'the server or a proxy in front of it cannot answer', fix: LOG},
}

export const OTHERWISE: Refusal = {
  means: 'that opens no WebSocket',
  fix: 'Put the path on which the bot takes its WebSocket into the URL; a proxy in front of it has to pass the upgrade on.',
}
