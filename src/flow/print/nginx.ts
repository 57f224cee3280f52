import {ExostreamError} from '../../errors.js'
import {printable} from '../../report/text/plain.js'
import type {Applet, Flow} from '../flow.js'
import {plain, publicUrl, streamingOf} from './bot-url.js'
import type {Printing} from './printing.js'

/**
 * A file for /etc/nginx/conf.d: TLS, the upgrade, an hour of patience, several instances.
 * @throws ExostreamError EXO_USAGE for an upstream that is no host and port
 */
export function renderNginx({flow, localUrl, upstreams}: Printing): string {
  const url = localUrl === undefined ? hostUrlOf(flow) : undefined
  if (!url) return withoutHost(localUrl)
  const servers = upstreams.length > 0 ? upstreams : ['127.0.0.1:5000']
  const port = url.port === '' ? '443' : url.port
  return [
    `# nginx before the bot of "${plain(flow.name)}": /etc/nginx/conf.d/exostream.conf,`,
    '# then: nginx -t && systemctl reload nginx',
    ...notesOf(flow, url),
    '',
    ...MAPS,
    '',
    '# Least busy first. Nothing has to be sticky: a call is one WebSocket, whole on one instance. Only',
    "# what a Passthru tells a bot of its customer stays where it came: for that, exostream's README",
    '# has a hash of the CallSid in the place of least_conn.',
    'upstream exostream {',
    '    zone exostream 64k;  # one count for all workers',
    '    least_conn;',
    ...servers.map((server) => `    server ${upstream(server)} max_fails=3 fail_timeout=10s;`),
    '}',
    '',
    ...serverBlock(url, port, askedPath(flow, url)),
    '',
  ].join('\n')
}

const MAPS = [
  'map $http_upgrade $exostream_connection {',
  "    ''      close;",
  '    default upgrade;',
  '}',
  '',
  '# Without the query, which has numbers and may have credentials.',
  "log_format exostream '$remote_addr [$time_iso8601] $request_method $uri $status '",
  "                     '$request_time s, $upstream_addr';",
]

function serverBlock(
  {hostname: host}: URL,
  port: string,
  asked: string | undefined,
): readonly string[] {
  return [
    'server {',
    `    listen ${port} ssl;`,
    `    listen [::]:${port} ssl;`,
    `    server_name ${host};`,
    '    # As certbot writes them for this host; the whole chain, or Exotel refuses it.',
    `    ssl_certificate /etc/letsencrypt/live/${host}/fullchain.pem;`,
    `    ssl_certificate_key /etc/letsencrypt/live/${host}/privkey.pem;`,
    '',
    '    access_log /var/log/nginx/exostream.log exostream;',
    '    # Milder errors repeat the whole query.',
    '    error_log /var/log/nginx/exostream-error.log crit;',
    '',
    ...(asked === undefined
      ? []
      : [
          `    # For the printed handler, where it answers ${asked} instead of the bot:`,
          `    # location = ${asked} { proxy_pass http://127.0.0.1:8080; }`,
        ]),
    '    location / {',
    '        proxy_pass http://exostream;',
    '        proxy_http_version 1.1;',
    '        proxy_set_header Upgrade $http_upgrade;',
    '        proxy_set_header Connection $exostream_connection;',
    '        # Believed by exostream serve --trust-proxy true, which gives --host 127.0.0.1 to be called',
    '        # by nginx alone; an instance on another machine listens on 0.0.0.0, behind a firewall.',
    '        proxy_set_header Host $http_host;',
    '        proxy_set_header X-Forwarded-Host $http_host;',
    '        proxy_set_header X-Forwarded-For $remote_addr;',
    '        proxy_set_header X-Forwarded-Proto $scheme;',
    '        # Exotel ends a stream after 60 minutes; the proxy must not be first.',
    '        proxy_read_timeout 3900s;',
    '        proxy_send_timeout 3900s;',
    '        proxy_buffering off;',
    '        # Exotel waits 10 s: one that is gone, or drains with 503, leaves time to ask the other.',
    '        proxy_connect_timeout 2s;',
    '        proxy_next_upstream error timeout http_503;',
    '    }',
    '}',
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

/** A path of this host that Exotel asks over HTTP. */
function askedPath(flow: Flow, {host}: URL): string | undefined {
  return urlsOf(flow)
    .filter((url) => url.host === host && url.protocol.startsWith('http'))
    .map(({pathname}) => pathname)
    .find((path) => /^[\w./-]+$/.test(path))
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
