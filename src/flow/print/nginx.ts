import {ExostreamError} from '../../errors.js'
import {printable} from '../../report/text/plain.js'
import type {Applet, Flow} from '../flow.js'
import {plain, publicUrl, streamingOf} from './bot-url.js'
import {asksOf} from './handler/asks.js'
import type {Printing} from './printing.js'

/**
 * A file for /etc/nginx/conf.d: TLS, the upgrade, an hour of patience, several instances.
 * @throws ExostreamError EXO_USAGE for an upstream that is no host and port
 */
export function renderNginx(printing: Printing): string {
  const {flow, localUrl, upstreams} = printing
  const url = localUrl === undefined ? hostUrlOf(flow) : undefined
  if (!url) return withoutHost(localUrl)
  return [
    `# nginx before the bot of "${plain(flow.name)}": /etc/nginx/conf.d/exostream.conf,`,
    '# then: nginx -t && systemctl reload nginx',
    ...notesOf(flow, url),
    '',
    ...longName(url),
    ...MAPS,
    '',
    ...upstreamBlock(flow, upstreams.length > 0 ? upstreams : ['127.0.0.1:5000']),
    '',
    ...renewal(url),
    'server {',
    ...serverNames(url),
    '',
    ...LOGS,
    '',
    ...handlerPaths(printing, url),
    ...forwarding(url),
    '}',
    '',
  ].join('\n')
}

/** A second server beside one with a long name makes nginx refuse its own default of 64. */
function longName({hostname}: URL): readonly string[] {
  const {length} = hostname
  if (length <= 46) return []
  return [
    '# Of all servers together, for so long a name; nginx says where another file has it already.',
    `server_names_hash_bucket_size ${length <= 110 ? '128' : '512'};`,
    '',
  ]
}

const MAPS = [
  'map $http_upgrade $exostream_connection {',
  "    ''      close;",
  '    default upgrade;',
  '}',
  '',
  '# Without the query, which has numbers and may have credentials.',
  "log_format exostream '$remote_addr [$time_iso8601] $request_method $uri $status '",
  "                     '$request_time s, $upstream_addr $upstream_status';",
  'map "$status $upstream_status" $exostream_failed {',
  '    default 0;',
  '    ~5\\d\\d  1;',
  '}',
]

const LOGS = [
  '    access_log /var/log/nginx/exostream.log exostream;',
  '    # What nginx itself says of an instance that is gone repeats the whole query, with the numbers:',
  '    # only crit is let through, and the lines of requests that an instance failed stand beside it.',
  '    error_log /var/log/nginx/exostream-error.log crit;',
  '    access_log /var/log/nginx/exostream-error.log exostream if=$exostream_failed;',
]

function upstreamBlock(flow: Flow, servers: readonly string[]): readonly string[] {
  const isByCall = servers.length > 1 && flow.applets.some(({kind}) => kind === 'passthru')
  return [
    ...(isByCall
      ? [
          '# What a Passthru tells of a call is kept by the instance that was asked: whatever names the same',
          '# CallSid goes there. A stream names it where its URL came from a dynamic URL, which copies it.',
          'map $arg_CallSid $exostream_call {',
          "    ''      $request_id;",
          '    default $arg_CallSid;',
          '}',
        ]
      : ['# Nothing has to be sticky: a call is one WebSocket, whole on one instance.']),
    'upstream exostream {',
    '    zone exostream 64k;  # one count for all workers',
    isByCall ? '    hash $exostream_call consistent;' : '    least_conn;',
    ...servers.map((server) => `    server ${upstream(server)} max_fails=3 fail_timeout=10s;`),
    '}',
  ]
}

function serverNames(url: URL): readonly string[] {
  const {hostname} = url
  const port = portOf(url)
  return [
    `    listen ${port} ssl;`,
    `    listen [::]:${port} ssl;`,
    `    server_name ${hostname};`,
    '    # As certbot writes them for this host; the whole chain, or Exotel refuses it.',
    `    ssl_certificate /etc/letsencrypt/live/${hostname}/fullchain.pem;`,
    `    ssl_certificate_key /etc/letsencrypt/live/${hostname}/privkey.pem;`,
  ]
}

function renewal({hostname}: URL): readonly string[] {
  return [
    '# To renew the certificate, certbot wants a DNS plugin, or --webroot -w /var/www/html and port 80 for',
    '# that alone:',
    `# server { listen 80; server_name ${hostname}; root /var/www/html;`,
    '#     location / { return 404; } location /.well-known/acme-challenge/ {} }',
  ]
}

function portOf({port}: URL): string {
  return port === '' ? '443' : port
}

/** What the printed handler answers, for whoever wants it to; the stream on the same path stays with the bot. */
function handlerPaths(printing: Printing, url: URL): readonly string[] {
  const paths = askedPaths(printing, url)
  return [
    '    # For the printed handler (--as handler), where it answers these instead of the bot:',
    "    # set $exostream_asked exostream; if ($http_upgrade = '') { set $exostream_asked 127.0.0.1:8080; }",
    ...paths.map((path) => `    # location = ${path} { proxy_pass http://$exostream_asked; }`),
    '',
  ]
}

/** For the whole server, so that each location has it. */
function forwarding({host}: URL): readonly string[] {
  return [
    '    proxy_http_version 1.1;',
    '    proxy_set_header Upgrade $http_upgrade;',
    '    proxy_set_header Connection $exostream_connection;',
    '    # Believed by exostream serve --trust-proxy true, which gives --host 127.0.0.1 to be called',
    '    # by nginx alone; an instance on another machine listens on 0.0.0.0, behind a firewall.',
    '    # The host is written out: whatever host a request names, no answer repeats it.',
    `    proxy_set_header Host ${host};`,
    `    proxy_set_header X-Forwarded-Host ${host};`,
    '    proxy_set_header X-Forwarded-For $remote_addr;',
    '    proxy_set_header X-Forwarded-Proto $scheme;',
    '    # Exotel ends a stream after 60 minutes; the proxy must not be first.',
    '    proxy_read_timeout 3900s;',
    '    proxy_send_timeout 3900s;',
    '    proxy_buffering off;',
    '    # Exotel waits 10 s: one that is gone, or drains with 503, leaves time to ask the other.',
    '    proxy_connect_timeout 2s;',
    '    proxy_next_upstream error timeout http_503;',
    '    location / { proxy_pass http://exostream; }',
  ]
}

function withoutHost(localUrl: string | undefined): string {
  const why =
    localUrl === undefined
      ? 'No URL of the flow has a public host.'
      : `There is no public host yet: the bot is at ${plain(localUrl)}.`
  return [
    `# ${why}`,
    '# The file cannot be written without one: it names the server and its certificate.',
    '# Point a name of yours at this machine, put it into the URLs of the flow, and print again.',
    '# A tunnel, as in "exostream serve --tunnel cloudflared", needs no nginx.',
    '',
  ].join('\n')
}

/** The URL whose host is served: that of the stream, else the first that Exotel asks. */
function hostUrlOf(flow: Flow): URL | undefined {
  return publicUrl(streamingOf(flow)?.url) ?? urlsOf(flow)[0]
}

/** The paths of this host that Exotel asks over HTTP, and that the handler answers; that of the stream is one. */
function askedPaths(printing: Printing, {host}: URL): readonly string[] {
  const {dynamic, passthru} = asksOf(printing)
  const here = urlsOf(printing.flow).filter((url) => url.host === host)
  const streams = here.filter(({protocol}) => protocol.startsWith('ws'))
  const known = [
    ...Object.keys(passthru),
    ...Object.keys(dynamic),
    ...streams.map(({pathname}) => pathname),
  ]
  const isHere = new Set(['/voicebot-url', ...here.map(({pathname}) => pathname)])
  return [...new Set(known)].filter((path) => isHere.has(path) && /^[\w./-]+$/.test(path))
}

/** The public URLs of the flow that this server could carry. */
function urlsOf({applets}: Flow): readonly URL[] {
  return applets.flatMap(writtenIn).flatMap((text) => publicUrl(text) ?? [])
}

function writtenIn(applet: Applet): readonly (string | undefined)[] {
  if (applet.kind === 'connect-voice-ai') return [applet.url, applet.statusCallback]
  return 'url' in applet ? [applet.url] : []
}

function notesOf(flow: Flow, {host, port, protocol}: URL): readonly string[] {
  const urls = urlsOf(flow)
  const paths = new Set(urls.filter((url) => url.host === host).map(({pathname}) => pathname))
  const elsewhere = new Set(urls.filter((url) => url.host !== host).map((url) => url.host))
  const wanted = [...paths, '/health'].map(plain).join(', ')
  return [
    `# It carries ${wanted}. Nothing listens on port 80: Exotel follows no redirect.`,
    ...(/^(?:ws|http):$/.test(protocol)
      ? [
          `# The flow says ${protocol}//, and this server speaks TLS: write ${protocol.replace(':', 's:')}// there${port === '' ? '' : ` (and its port)`}.`,
        ]
      : []),
    ...(elsewhere.size === 0
      ? []
      : [`# Not carried, of another host: ${[...elsewhere].map(plain).join(', ')}.`]),
  ]
}

/** @throws ExostreamError EXO_USAGE */
function upstream(text: string): string {
  const [, , port = ''] = /^([\w.-]+|\[[\da-f:.]+\]):(\d{1,5})$/i.exec(text) ?? []
  if (Number(port) > 0 && Number(port) < 65_536) return text
  throw new ExostreamError(
    'EXO_USAGE',
    `--upstream must be host:port, such as 127.0.0.1:5000, not "${printable(text).slice(0, 100)}".`,
  )
}
