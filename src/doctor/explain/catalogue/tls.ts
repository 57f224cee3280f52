import type {ErrorRow} from '../explanation.js'

const GO_X509 = 'go.dev/src/crypto/x509/verify.go, behind the prefix that is public'
const GO_TLS = 'go.dev/src/crypto/tls, behind the prefix that is public'
const GO_ALERT = 'go.dev/src/crypto/tls/alert.go, behind the prefix that is public'

const SHOW_CHAIN = 'openssl s_client -connect HOST:443 -servername HOST -showcerts </dev/null'
const SHOW_DATES =
  'openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -dates'
const SHOW_NAMES =
  'openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -ext subjectAltName'

/** What becomes of TLS and its certificate. Behind Go's words stand those of Node, as `simulate` shows them. */
export const tlsRows: readonly ErrorRow[] = [
  {
    id: 'issuer-expired',
    pattern:
      /(?:x509: )?certificate signed by unknown authority \(possibly because of "x509: certificate has expired.{0,400}/i,
    words: () => ({
      meaning:
        'The certificate of the host is fine, and an intermediate one that the server sends with it has expired.',
      causes: [
        'The chain was put together by hand, and its intermediate was never replaced.',
        'The authority has moved to another intermediate, and the server sends the old one.',
      ],
      fix: `Take the chain that your authority gives out now (nginx: ssl_certificate fullchain.pem), reload the server, and see what is sent:\n${SHOW_CHAIN}`,
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
  {
    id: 'not-yet-valid',
    pattern:
      /(?:x509: )?certificate has expired or is not yet valid: current time \S{1,60} is before \S{1,60}|CERT_NOT_YET_VALID|certificate is not yet valid/i,
    words: () => ({
      meaning: 'The certificate is not valid yet: it begins in the future.',
      causes: [
        'The clock of the machine that made the certificate was ahead.',
        'The certificate was put in place before its first day.',
      ],
      fix: `Set the clock of the server right and have the certificate made anew; see its dates:\n${SHOW_DATES}`,
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
  {
    id: 'certificate-expired',
    pattern:
      /(?:x509: )?certificate has expired(?: or is not yet valid: current time \S{1,60} is after \S{1,60}|(?! or))|CERT_HAS_EXPIRED/i,
    words: () => ({
      meaning: 'The certificate of the host has expired.',
      causes: [
        'It was not renewed: the renewal failed, often because port 80 or the DNS record was changed.',
        'It was renewed, and the server or proxy was never told to load the new one.',
        'Another server than the renewed one answers for this name.',
      ],
      fix: `Renew the certificate, reload the server, and see its dates (with certbot, "sudo certbot renew"):\n${SHOW_DATES}`,
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
  {
    id: 'certificate-out-of-date',
    pattern: /(?:x509: )?certificate has expired or is not yet valid/i,
    words: () => ({
      meaning: 'The certificate of the host has expired, or its first day is still to come.',
      causes: [
        'It was not renewed, or the server was never told to load the new one.',
        'The clock of the machine that made it was wrong.',
      ],
      fix: `See its dates; then renew it and reload the server:\n${SHOW_DATES}`,
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
  {
    id: 'self-signed',
    pattern:
      /(?:x509: )?self[- ]signed certificate(?: in certificate chain)?|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN/i,
    words: () => ({
      meaning:
        'The certificate is signed by itself or by an authority of your own, and Exotel accepts only those of public authorities.',
      causes: [
        'The server still has the certificate that its installation made.',
        'A certificate for development (mkcert, openssl) is in use.',
        'A proxy of the network puts its own certificate in between.',
      ],
      fix: "Get a certificate from a public authority such as Let's Encrypt, or put a tunnel or proxy in front that has one.",
    }),
    check: 'tls',
    source: 'support.exotel.com 3000132302; nodejs.org/api/tls.html',
    isInferred: true,
  },
  {
    id: 'unknown-authority',
    pattern:
      /(?:x509: )?certificate signed by unknown authority|unable to (?:verify the first certificate|get (?:local )?issuer certificate)|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)/i,
    words: () => ({
      meaning: 'Exotel cannot follow the certificate of the host to an authority that it trusts.',
      causes: [
        'The server sends its own certificate without the intermediate one; browsers fetch what is missing, Go does not.',
        'The certificate is self-signed, or from an authority of your own.',
        'The authority is too new or no longer trusted.',
      ],
      fix: `Give the server the whole chain (nginx: ssl_certificate fullchain.pem), reload it, and see that two or more certificates come back:\n${SHOW_CHAIN}`,
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
  {
    id: 'no-ip-sans',
    pattern:
      /(?:x509: )?cannot validate certificate for \S{1,300} because it doesn't contain any IP SANs|doesn't contain any IP SANs/i,
    words: ({host}) => ({
      meaning: `The URL names the address ${host ?? 'of the server'} instead of a host name, and the certificate is not made out to an address.`,
      causes: ['wss:// with a bare IP address was put into the applet.'],
      fix: 'Put the host name that the certificate is made out to into the applet, in place of the address.',
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
  {
    id: 'wrong-host',
    pattern:
      /(?:x509: )?certificate is (?:valid for [^"]{1,300}?, (?:not|but none matched) \S{1,300}|not valid for any names(?:, but wanted to match \S{1,300})?)|(?:x509: )?certificate relies on legacy Common Name field(?:, use SANs instead)?|ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/i,
    words: ({host}) => ({
      meaning: `The certificate is made out to other names than ${host ?? 'the host in the URL'}.`,
      causes: [
        'The proxy has no certificate for this name and shows its default one.',
        'The name was added later (a new subdomain, or www) and the certificate was not.',
        'The DNS record leads to another server.',
        'The name is only in the Common Name field, which Go no longer reads.',
      ],
      fix: `Have a certificate made that lists the name in the URL, or put a listed name into the applet; see what is listed:\n${SHOW_NAMES}`,
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
  {
    id: 'not-tls',
    pattern:
      /first record does not look like a TLS handshake|server gave HTTP response to HTTPS client|wrong version number|packet length too long/i,
    words: () => ({
      meaning: 'The URL says wss://, and what answers on that port does not speak TLS.',
      causes: [
        'The port is that of the bot itself, which speaks plain ws://; TLS is on the port of the proxy, mostly 443.',
        'The proxy has no TLS switched on for this port.',
      ],
      fix: 'Leave the port of the bot out of the URL when a proxy or tunnel with TLS is in front of it: wss://HOST/media?sample-rate=8000.',
    }),
    check: 'tls',
    source: GO_TLS,
    isInferred: true,
  },
  {
    id: 'tls-version',
    pattern:
      /(?:remote error: )?(?:tls: )?(?:protocol version not supported|server selected unsupported protocol version(?: \w{1,10})?|no supported versions satisfy MinVersion and MaxVersion)|unsupported protocol version/i,
    words: () => ({
      meaning: 'Exotel and the server have no version of TLS in common.',
      causes: [
        'The server or load balancer still offers only TLS 1.0 or 1.1; Go asks for 1.2 at least.',
      ],
      fix: 'Switch TLS 1.2 and 1.3 on (nginx: ssl_protocols TLSv1.2 TLSv1.3), and try them:\nopenssl s_client -connect HOST:443 -servername HOST -tls1_2 </dev/null',
    }),
    check: 'tls',
    source: GO_ALERT,
    isInferred: true,
  },
  {
    id: 'tls-client-certificate',
    pattern:
      /remote error: tls: (?:certificate required|bad certificate|unknown certificate authority)/i,
    words: () => ({
      meaning:
        'The server asks its callers for a certificate of their own (mutual TLS), and Exotel has none to show.',
      causes: ['The proxy is set to verify clients (nginx: ssl_verify_client on).'],
      fix: 'Switch the verification of clients off for the path of the bot; let Basic credentials in the URL, or a list of addresses, keep others out.',
    }),
    check: 'tls',
    source: GO_ALERT,
    isInferred: true,
  },
  {
    id: 'tls-refused',
    pattern: /remote error: tls: [^&"]{1,60}|tls: handshake failure/i,
    words: () => ({
      meaning: 'The server broke TLS off before it showed a certificate.',
      causes: [
        'The proxy or tunnel does not know the host name in the URL, or has no certificate for it yet.',
        'The two sides have no cipher in common.',
      ],
      fix: `Check that the host name in the URL is set up in the proxy or tunnel, with a certificate; see what it answers:\n${SHOW_CHAIN}`,
    }),
    check: 'tls',
    source: GO_ALERT,
    isInferred: true,
  },
  {
    id: 'tls-timeout',
    pattern: /TLS handshake timeout/i,
    words: () => ({
      meaning: 'The server took the connection, and TLS was not set up in time.',
      causes: [
        'What listens on that port does not speak TLS and waits for its own protocol.',
        'The server is overloaded, or a firewall drops large packets (MTU).',
      ],
      fix: `See whether TLS opens from elsewhere:\n${SHOW_CHAIN}`,
    }),
    check: 'tls',
    source: 'go.dev/src/net/http/transport.go, behind the prefix that is public',
    isInferred: true,
  },
  {
    id: 'certificate-refused',
    pattern: /(?:failed to verify certificate: )?x509: [^&"]{1,200}/i,
    words: () => ({
      meaning: 'Exotel does not accept the certificate of the host.',
      causes: [
        'The chain is not complete, or not from a public authority.',
        'The certificate is not made for servers, or uses an old signature.',
      ],
      fix: `Have a certificate made by a public authority, with its whole chain; see what is sent now:\n${SHOW_CHAIN}`,
    }),
    check: 'tls',
    source: GO_X509,
    isInferred: true,
  },
]
