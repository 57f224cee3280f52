import {type AddressClass, nameOfClass} from '../../../stream/written-url/address-class.js'
import type {ErrorRow, Seen} from '../explanation.js'
import {withoutPort} from '../seen.js'

const GO_NET = 'go.dev/src/net/net.go and syscall, behind the prefix that is public'
const GO_IO = 'go.dev/src/io/io.go, behind the prefix that is public'
const GO_CONTEXT = 'go.dev/src/context/context.go, behind the prefix that is public'
const START_TUNNEL = 'exostream serve --tunnel cloudflared'

/** Whatever a dial ends in: for addresses that are wrong however it ended. */
const DIALLED =
  /\bdial tcp[46]? \S{1,300}: (?:connect: )?(?:connection refused|i\/o timeout|network is unreachable|no route to host|cannot assign requested address|invalid argument)|\bconnect E[A-Z]{4,20} \S{1,300}/i

/** What becomes of the connection. */
export const connectionRows: readonly ErrorRow[] = [
  {
    id: 'loopback-address',
    pattern: DIALLED,
    when: ({addressClass, address = ''}) =>
      addressClass === 'loopback' || withoutPort(address).toLowerCase() === 'localhost',
    words: ({address = ''}) => ({
      meaning: `The URL in the applet leads to ${withoutPort(address)}, which is localhost: Exotel dialled its own machine, not yours.`,
      causes: [
        'The URL that works on your machine, with localhost or 127.0.0.1 in it, was put into the applet.',
        'The DNS record of the host holds a loopback address.',
      ],
      fix: `Put a public host name into the applet; a tunnel gives you one, and this prints the whole URL:\n${START_TUNNEL}`,
    }),
    check: 'address',
    source: GO_NET,
    isInferred: true,
  },
  {
    id: 'private-address',
    pattern: DIALLED,
    when: ({addressClass}) => addressClass !== undefined && PRIVATE.has(addressClass),
    words: ({address = '', addressClass = 'private'}) => ({
      meaning: `The URL in the applet leads to ${withoutPort(address)}, ${nameOfClass(addressClass)}: it means nothing outside your own network, and Exotel cannot reach it.`,
      causes: [
        'The address that your machine has in the local network was put into the applet.',
        'The DNS record of the host holds the private address of the server instead of its public one.',
      ],
      fix: `Put the public address or a public host name into the applet, with its port forwarded to the bot; or let a tunnel do both, and paste the URL that this prints:\n${START_TUNNEL}`,
    }),
    check: 'address',
    source: `RFC 1918, RFC 6598, RFC 3927, RFC 4193; ${GO_NET}`,
    isInferred: true,
  },
  {
    id: 'special-address',
    pattern: DIALLED,
    when: ({addressClass}) =>
      addressClass !== undefined && !PRIVATE.has(addressClass) && addressClass !== 'public',
    words: ({address = '', addressClass = 'reserved'}) => ({
      meaning: `The URL in the applet leads to ${withoutPort(address)}, ${nameOfClass(addressClass)}: nobody can be reached there.`,
      causes: [
        'The address was taken from a guide, or from what the server said that it listens on.',
        'The DNS record of the host holds the wrong address.',
      ],
      fix: `Put the public address or a public host name into the applet; a tunnel gives you one, and this prints the whole URL:\n${START_TUNNEL}`,
    }),
    check: 'address',
    source: `iana.org/assignments/iana-ipv4-special-registry; ${GO_NET}`,
    isInferred: true,
  },
  {
    id: 'read-timeout',
    pattern: /\b(?:read|write) tcp \S{1,300}: i\/o timeout/i,
    words: (seen) => ({
      meaning: `${placeOf(seen)} took the connection and then said nothing in time.`,
      causes: [
        'The bot loads its models before it accepts the WebSocket, or wakes from a cold start.',
        'A proxy or load balancer took the connection, and the bot behind it does not answer.',
        'The event loop of the bot is blocked by another call.',
      ],
      fix: 'Accept the WebSocket at once and load afterwards; Exotel waits 10 s for it to open.',
    }),
    check: 'open-time',
    source: GO_NET,
    isInferred: true,
  },
  {
    id: 'connection-refused',
    pattern:
      /(?:\bdial tcp[46]? \S{1,300}: (?:connect: )?)?connection refused|(?:\bconnect )?\bECONNREFUSED\b(?: \S{1,300})?/i,
    words: (seen) => ({
      meaning: `Nothing accepts connections at ${placeOf(seen)}: the machine was reached, and refused.`,
      causes: [
        'The bot is not running, or has crashed.',
        'The port in the URL is not the one that the bot listens on; without a port, wss:// means 443 and ws:// means 80.',
        'The bot listens on 127.0.0.1 only, so that nobody outside its machine gets in.',
        'The tunnel or container port leads to no program.',
      ],
      fix: 'Start the bot on 0.0.0.0 and on the port of the URL (or put a proxy there), and see on its machine what listens:\nss -ltnp',
    }),
    check: 'tcp',
    source: GO_NET,
    isInferred: true,
  },
  {
    id: 'connect-timeout',
    pattern:
      /(?:\bdial tcp[46]? \S{1,300}: )?(?:connect: )?(?:i\/o timeout|connection timed out|operation timed out)|(?:\bconnect )?\bETIMEDOUT\b(?: \S{1,300})?/i,
    words: (seen) => ({
      meaning: `${placeOf(seen)} did not answer at all: something on the way drops the packets.`,
      causes: [
        'A firewall or a security group of the cloud does not let the port in.',
        'Only listed addresses are let in, and those of Exotel are not among them.',
        'The router does not forward the port to the machine of the bot.',
        'The address is an old one, and no machine has it now.',
      ],
      fix: "Open the port to the world in the firewall and in the cloud's security group, or ask Exotel (hello@exotel.com) for its address ranges and let those in; then try from a network that is not yours:\nnc -vz HOST PORT",
    }),
    check: 'tcp',
    source: GO_NET,
    isInferred: true,
  },
  {
    id: 'network-unreachable',
    pattern:
      /(?:\bdial tcp[46]? \S{1,300}: (?:connect: )?)?network is unreachable|(?:\bconnect )?\bENETUNREACH\b(?: \S{1,300})?/i,
    words: (seen) => ({
      meaning: `Exotel has no way to the network of ${placeOf(seen)}.`,
      causes: [
        'The host has only an IPv6 address, and Exotel dials IPv4.',
        'The address belongs to a network that is not routed on the internet.',
      ],
      fix: 'Give the host an A record with a public IPv4 address, and see what it has now:\ndig +short HOST A',
    }),
    check: 'address',
    source: GO_NET,
    isInferred: true,
  },
  {
    id: 'no-route',
    pattern:
      /(?:\bdial tcp[46]? \S{1,300}: (?:connect: )?)?no route to host|(?:\bconnect )?\bE(?:HOST|ADDR)(?:UNREACH|NOTAVAIL)\b(?: \S{1,300})?|cannot assign requested address/i,
    words: (seen) => ({
      meaning: `No machine answers for ${placeOf(seen)}: the last router on the way said that the host is not there.`,
      causes: [
        'The machine is off, or has another address now.',
        'A firewall rejects the connection with "host unreachable" instead of dropping it.',
        'The address is private, and belongs to another network at Exotel.',
      ],
      fix: 'Check that the machine runs and that the DNS record holds its present public address; then look at its firewall, as with:\nsudo nft list ruleset',
    }),
    check: 'tcp',
    source: GO_NET,
    isInferred: true,
  },
  {
    id: 'connection-reset',
    pattern:
      /(?:\b(?:read|write) tcp \S{1,300}: )?(?:(?:read|write): )?(?:connection reset by peer|broken pipe)|\b(?:read )?ECONNRESET\b/i,
    words: (seen) => ({
      meaning: `${placeOf(seen)} took the connection and tore it down before the WebSocket was open.`,
      causes: [
        'The bot crashed on the request, or was killed.',
        'A firewall or load balancer cuts what it does not like, such as a host name in TLS (SNI) that it does not know.',
        'The port speaks another protocol.',
        'The list of allowed addresses is checked only after the connection is taken.',
      ],
      fix: 'Look at the log of the bot and of the proxy in front of it for that second.',
    }),
    check: 'open-time',
    source: GO_NET,
    isInferred: true,
  },
  {
    id: 'unexpected-eof',
    pattern: /(?<!\): )\bunexpected EOF\b/i,
    words: () => ({
      meaning: 'The other end closed the connection in the middle of an answer.',
      causes: [
        'The bot or the proxy crashed while it answered the upgrade or sent a message.',
        'A proxy cut the connection at a limit on time or size.',
      ],
      fix: 'Look at the log of the bot and of the proxy for that second.',
    }),
    check: 'upgrade',
    source: GO_IO,
    isInferred: true,
  },
  {
    id: 'eof',
    pattern: /(?<![\w-])(?<!unexpected )EOF\b|\bsocket hang up\b/i,
    words: () => ({
      meaning: 'The other end closed the connection without a word before the WebSocket was open.',
      causes: [
        'The bot accepts the connection and closes it at once: it crashed on the request, or refuses it without a status.',
        'A proxy has no program behind this host name or port.',
        'The URL says ws:// where the port speaks TLS.',
      ],
      fix: 'Look at the log of the bot for that second; a bot that refuses a call should answer with a status, such as 401 or 503.',
    }),
    check: 'upgrade',
    source: GO_IO,
    isInferred: true,
  },
  {
    id: 'deadline-exceeded',
    pattern:
      /\bcontext deadline exceeded\b|Client\.Timeout exceeded|request canceled while waiting|opening handshake has timed out/i,
    words: () => ({
      meaning: 'The WebSocket was not open within the time that Exotel waits, which is 10 s.',
      causes: [
        'The bot loads its models before it accepts the WebSocket, or wakes from a cold start.',
        'A proxy in front waits for a bot that does not answer.',
        'A firewall drops the packets, so that the connection is never made.',
      ],
      fix: 'Accept the WebSocket at once and load afterwards; keep one instance awake where the host puts idle ones to sleep.',
    }),
    check: 'open-time',
    source: `support.exotel.com 3000132302; ${GO_CONTEXT}`,
    isInferred: true,
  },
]

const placeOf = ({address}: Seen): string => address ?? 'the address in the URL'

const PRIVATE: ReadonlySet<AddressClass> = new Set([
  'private',
  'carrier-grade-nat',
  'link-local',
  'unique-local',
] as const)
