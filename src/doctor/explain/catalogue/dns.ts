import {meantTunnel, tunnelServiceOf} from '../../host/dns/tunnel-names.js'
import {isPlaceholderHost} from '../../../stream/written-url/placeholders.js'
import type {ErrorRow, Seen} from '../explanation.js'

const NO_SUCH_HOST =
  /(?:\blookup \S{1,300}?(?: on \S{1,100})?: )?no such host|\bgetaddrinfo ENOTFOUND(?: \S{1,300})?|\bENOTFOUND\b|\bNXDOMAIN\b|Name or service not known/i
const PUBLIC_LOG =
  'the one such text in the public record, "3009 failed to establish ws conn dial tcp: lookup your-ip on 10.1.0.2:53: no such host"; go.dev/src/net/net.go'
const GO_DNS = 'go.dev/src/net/dnsclient_unix.go, behind the prefix that is public'

const START_TUNNEL = 'exostream serve --tunnel cloudflared'

/** What becomes of the host name. */
export const dnsRows: readonly ErrorRow[] = [
  {
    id: 'placeholder-host',
    pattern: NO_SUCH_HOST,
    when: ({host = ''}) => isPlaceholderHost(host),
    words: ({host = ''}) => ({
      meaning: `The URL in the applet still holds the placeholder ${host}: put the public host name of your bot, or of its tunnel, in its place, as in wss://NAME-OF-THE-TUNNEL/media?sample-rate=8000. Exotel took ${host} for a host name, and no such name exists, so no stream was opened.`,
      causes: [
        `The URL was copied from a guide or a sample, and ${host} in it was never replaced.`,
        'The URL is made by a program, and the variable that names the host was not set.',
      ],
      fix: `Open the Voicebot or Stream applet (or look at what your dynamic URL answers), put the public host name in place of ${host}, and save the flow; without a public host a tunnel gives you one, and this prints the whole URL:\n${START_TUNNEL}`,
    }),
    check: 'placeholder',
    source: PUBLIC_LOG,
    isInferred: false,
  },
  {
    id: 'private-name',
    pattern: NO_SUCH_HOST,
    when: ({host = ''}) => isPrivateName(host),
    words: ({host = ''}) => ({
      meaning: `${host} is a name that only your own machine or network knows, and Exotel asks the public DNS.`,
      causes: [
        'The URL that works on your machine was put into the applet.',
        'The name is that of a container, or is kept by the DNS of an office or a cloud network.',
      ],
      fix: `Put a public host name into the applet, as in wss://NAME-OF-THE-TUNNEL/media?sample-rate=8000; a tunnel gives you one, and this prints the whole URL:\n${START_TUNNEL}`,
    }),
    check: 'host',
    source: PUBLIC_LOG,
    isInferred: false,
  },
  {
    id: 'tunnel-misspelt',
    pattern: NO_SUCH_HOST,
    when: ({host = ''}) => meantTunnel(host) !== undefined,
    words: ({host = ''}) => ({
      meaning: `${host} does not exist in the DNS, and looks like a slip of the keys: ${meantTunnel(host) ?? 'another name'} was probably meant.`,
      causes: ['A letter was lost or changed when the URL was typed into the applet.'],
      fix: `Put ${meantTunnel(host) ?? 'the right name'} into the applet, or better copy the whole URL from the tunnel program instead of typing it.`,
    }),
    check: 'dns',
    source: PUBLIC_LOG,
    isInferred: false,
  },
  {
    id: 'tunnel-gone',
    pattern: NO_SUCH_HOST,
    when: ({host = ''}) => tunnelServiceOf(host) !== undefined,
    words: ({host = ''}) => ({
      meaning: `${host} does not exist in the DNS: the ${tunnelServiceOf(host) ?? ''} tunnel of that name has ended, or has another name now.`,
      causes: [
        'The tunnel was started again and took a new name, while the applet kept the old one.',
        'The tunnel has ended, or its free session ran out.',
        'A part of the name was lost when it was pasted.',
      ],
      fix: `Start the tunnel and put its present URL into the applet; a reserved name stays the same at each start. This starts one and prints the whole URL:\n${START_TUNNEL}`,
    }),
    check: 'dns',
    source: PUBLIC_LOG,
    isInferred: false,
  },
  {
    id: 'no-such-host',
    pattern: NO_SUCH_HOST,
    words: (seen) => ({
      meaning: `${nameOf(seen)} does not exist in the DNS, so Exotel had nothing to connect to.`,
      causes: [
        'The host name in the URL is misspelt.',
        'The name has no A record yet, or was made minutes ago and the answer that it is missing is still cached.',
        'The name exists only in a private DNS zone, or on your own machine.',
        'Something else stands where the host name belongs: a placeholder, a path, a second scheme.',
      ],
      fix: `Check the spelling in the applet, and that a public resolver knows the name:\ndig +short HOST @8.8.8.8`,
    }),
    check: 'dns',
    source: PUBLIC_LOG,
    isInferred: false,
  },
  {
    id: 'dns-server-failed',
    pattern: /(?:\blookup \S{1,300}?(?: on \S{1,100})?: )?server misbehaving|\bSERVFAIL\b/i,
    words: (seen) => ({
      meaning: `The DNS servers of ${nameOf(seen)} failed to answer: the name may exist, but whoever keeps it gives an error.`,
      causes: [
        'The domain is delegated to name servers that do not know it, often after a move to another DNS host.',
        'DNSSEC is broken: the records are signed with a key that the registrar does not have.',
        'The domain has expired or is suspended.',
      ],
      fix: `Ask the name servers themselves, and mend the delegation or DNSSEC where your domain is kept:\ndig +trace HOST`,
    }),
    check: 'public-dns',
    source: GO_DNS,
    isInferred: true,
  },
  {
    id: 'dns-timeout',
    pattern:
      /\blookup \S{1,300}?(?: on \S{1,100})?: (?:(?:read|dial) udp \S{1,300}: )?i\/o timeout|\bgetaddrinfo EAI_AGAIN(?: \S{1,300})?|(?:\blookup \S{1,300}?: )?Temporary failure in name resolution/i,
    words: (seen) => ({
      meaning: `No DNS server answered in time for ${nameOf(seen)}.`,
      causes: [
        'The name servers of the domain are down, or drop questions from where Exotel asks.',
        "Exotel's own resolver had a bad moment: one call in many.",
      ],
      fix: `See whether its name servers answer at all; if they always do, give Exotel's support the CallSid and the time:\ndig +trace HOST`,
    }),
    check: 'public-dns',
    source: GO_DNS,
    isInferred: true,
  },
]

const nameOf = ({host}: Seen): string => host ?? 'The host in the URL'

const PRIVATE_ENDINGS =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|home\.arpa|corp|private)$/i

/** Names that no public DNS holds; a single word is one of them. */
function isPrivateName(host: string): boolean {
  return /^[\w-]+$/.test(host) || PRIVATE_ENDINGS.test(host)
}
