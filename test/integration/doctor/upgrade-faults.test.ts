import {describe, expect, test} from 'vitest'

import {exotelError, goWords} from '../../../src/stream/exotel/go-words.js'
import {BOT_HOST, makeCertificates} from '../../rig/doctor/certificates.js'
import {examine} from '../../rig/doctor/examine.js'
import {
  accepting,
  goodBot,
  jumpingClock,
  onFirstBytes,
  type Reply,
  replying,
  servingHttp,
  upgrading,
} from '../../rig/doctor/http-servers.js'

const ONLY = ['open-time', 'credentials', 'upgrade']

const urlOf = (port: number, path = '/media?sample-rate=8000') =>
  `ws://127.0.0.1:${String(port)}${path}`

type StatusFault = {
  readonly name: string
  readonly reply: Reply
  readonly path?: string
  readonly pages?: Readonly<Record<string, Reply>>
  readonly rootCause?: string
  readonly says: RegExp
  readonly fix: RegExp
}

const page = (text: string) =>
  `<html><head><title>${text}</title></head><body>${text}</body></html>`

const STATUS_FAULTS: readonly StatusFault[] = [
  {
    name: 'a web page',
    reply: {status: 200, body: page('Welcome')},
    says: /answered 200 OK: a web page/,
    fix: /in place of \/media/,
  },
  {
    name: 'an endpoint for the dynamic URL',
    reply: {status: 200, body: '{"url":"wss://bot.example/media"}'},
    says: /endpoint for the dynamic URL/,
    fix: /\nhttp:\/\/127\.0\.0\.1:\d+\/media\?sample-rate=8000$/,
  },
  {name: 'no content', reply: {status: 204}, says: /answered 204/, fix: /path/},
  {
    name: 'a redirect to https',
    reply: {status: 301, headers: {Location: 'https://127.0.0.1/media?sample-rate=8000'}},
    says: /redirect to https: it takes streams over TLS only/,
    fix: /\nwss:\/\/127\.0\.0\.1\/media\?sample-rate=8000$/,
  },
  {
    name: 'a redirect to another host',
    reply: {status: 302, headers: {Location: 'http://bot.example.org/other'}},
    says: /another host, http:\/\/bot\.example\.org\/other/,
    fix: /\nws:\/\/bot\.example\.org\/other\?sample-rate=8000$/,
  },
  {
    name: 'a redirect to another path',
    reply: {status: 307, headers: {Location: '/media/'}},
    says: /redirect to http:\/\/127\.0\.0\.1:\d+\/media\//,
    fix: /\nws:\/\/127\.0\.0\.1:\d+\/media\/\?sample-rate=8000$/,
  },
  {
    name: 'a redirect to a login page',
    reply: {status: 302, headers: {Location: 'https://team.cloudflareaccess.com/cdn-cgi/access'}},
    says: /page to log in/,
    fix: /without a login/,
  },
  {
    name: 'a redirect to nowhere',
    reply: {status: 308},
    says: /names no URL/,
    fix: /path/,
  },
  {
    name: 'plain HTTP on a TLS port',
    reply: {status: 400, body: page('400 The plain HTTP request was sent to HTTPS port')},
    says: /this port speaks TLS/,
    fix: /\nwss:\/\/127\.0\.0\.1:\d+\/media/,
  },
  {
    name: 'a proxy that loses the headers of the upgrade',
    reply: {status: 400, body: 'Missing or invalid Upgrade header'},
    says: /lost on the way/,
    fix: /proxy_set_header Upgrade/,
  },
  {
    name: 'a Socket.IO server',
    reply: {status: 400, body: '{"code":0,"message":"Transport unknown"}'},
    says: /Socket\.IO/,
    fix: /plain WebSockets/,
  },
  {name: 'a bad request', reply: {status: 400}, says: /did not take the request/, fix: /log/},
  {
    name: 'a payment wall',
    reply: {status: 402},
    says: /wants to be paid/,
    fix: /account/,
  },
  {
    name: 'a check of the Origin',
    reply: {status: 403, body: 'websocket: request origin not allowed by Upgrader.CheckOrigin'},
    says: /wants an Origin/,
    fix: /without an Origin/,
  },
  {
    name: 'no WebSocket route in a Python server',
    reply: {status: 403, headers: {Server: 'uvicorn'}},
    says: /no WebSocket route has this path/,
    fix: /route into the URL in place of \/media/,
  },
  {
    // What uvicorn 0.54 with websockets 17.1 sends, Date apart.
    name: 'no WebSocket route in uvicorn, which does not name itself',
    reply: {
      status: 403,
      headers: {Connection: 'close', 'Content-Type': 'text/plain; charset=utf-8'},
    },
    says: /no WebSocket route has this path, as uvicorn says so, or the bot or an address list refuses/,
    fix: /^Compare \/media with the path of the WebSocket route.*let Exotel in/,
  },
  {
    name: 'an address list',
    reply: {status: 403, headers: {Server: 'awselb/2.0'}},
    says: /address list/,
    fix: /Let Exotel in/,
  },
  {
    name: "a rule in Cloudflare's firewall",
    reply: {status: 403, headers: {Server: 'cloudflare'}, body: 'error code: 1020'},
    says: /firewall rule in Cloudflare/,
    fix: /WAF/,
  },
  {
    name: "Cloudflare's challenge",
    reply: {status: 403, headers: {'cf-mitigated': 'challenge'}, body: page('Just a moment...')},
    says: /asks whether the client is a browser/,
    fix: /bot protection/,
  },
  {
    name: 'an API gateway without this path',
    reply: {status: 403, headers: {'x-amzn-errortype': 'ForbiddenException'}},
    says: /AWS API gateway/,
    fix: /stage/,
  },
  {
    name: 'a wrong path, where /health is answered',
    reply: {status: 404},
    pages: {'/health': {status: 200, body: 'ok'}},
    says: /server is up \(GET \/health is answered 200\), but has no WebSocket at \/media/,
    fix: /\nws:\/\/127\.0\.0\.1:\d+\/PATH\?sample-rate=8000$/,
  },
  {
    name: 'a wrong path, where / is answered',
    reply: {status: 404},
    pages: {'/': {status: 200, body: page('Home')}},
    says: /GET \/ is answered 200/,
    fix: /\/PATH/,
  },
  {
    name: 'a wrong path of exostream',
    path: '/bot?sample-rate=8000',
    reply: {status: 404, body: 'Nothing is here; streams are taken on /media, /v1/ingest.'},
    says: /exostream is up, but takes no streams on \/bot/,
    fix: /\nws:\/\/127\.0\.0\.1:\d+\/media\?/,
  },
  {
    name: 'a wrong path of exostream behind a proxy with a page of its own',
    path: '/bot?sample-rate=8000',
    reply: {status: 404, body: page('Not Found')},
    pages: {'/health': {status: 200, body: '{"status":"ok","name":"exostream"}'}},
    says: /exostream is up/,
    fix: /\/media/,
  },
  {
    name: 'exostream with other paths behind a proxy with a page of its own',
    reply: {status: 404, body: page('Not Found')},
    pages: {'/health': {status: 200, body: '{"status":"ok","name":"exostream"}'}},
    says: /has no WebSocket at \/media\.$/,
    fix: /^Compare \/media/,
  },
  {
    name: 'a wrong path, where nothing else is answered',
    reply: {status: 404},
    says: /it has no WebSocket at \/media\.$/,
    fix: /^Compare \/media with the path in the code of the bot, and [^]*\/PATH\?sample-rate=8000\nIf that is the path of the bot: look that 127\.0\.0\.1:\d+ leads to the bot/,
  },
  {
    name: 'uvicorn without a WebSocket library',
    reply: {status: 404, headers: {Server: 'uvicorn'}},
    says: /uvicorn has no WebSocket library/,
    fix: /uvicorn\[standard\]/,
  },
  {
    name: 'a tunnel of ngrok that is down',
    reply: {status: 404, headers: {'ngrok-error-code': 'ERR_NGROK_3200'}},
    says: /ngrok has no tunnel under this name/,
    fix: /Start the tunnel again/,
  },
  {
    name: 'an app that the platform does not know',
    reply: {status: 404, headers: {'x-render-routing': 'no-server'}},
    says: /no running app/,
    fix: /app runs/,
  },
  {name: 'POST only', reply: {status: 405}, says: /other methods/, fix: /GET/},
  {name: 'a page in another type', reply: {status: 406}, says: /type of a page/, fix: /path/},
  {name: 'a proxy that wants a login', reply: {status: 407}, says: /proxy/, fix: /log in/},
  {name: 'a time-out on the way', reply: {status: 408}, says: /gave up/, fix: /upgrade first/},
  {name: 'a path that is gone', reply: {status: 410}, says: /given up/, fix: /URL/},
  {name: 'a URL that is too long', reply: {status: 414}, says: /longer/, fix: /parameters/},
  {name: 'headers that are too long', reply: {status: 431}, says: /longer/, fix: /parameters/},
  {name: 'another host', reply: {status: 421}, says: /not the one/, fix: /host name/},
  {
    name: 'an Upgrade header lost on the way',
    reply: {status: 426, headers: {Upgrade: 'websocket'}},
    says: /Upgrade header was lost/,
    fix: /proxy_http_version 1\.1;/,
  },
  {name: 'too many requests', reply: {status: 429}, says: /no more requests/, fix: /limit/},
  {name: 'a status of its own', reply: {status: 418}, says: /refuses the request/, fix: /log/},
  {name: 'a bot that breaks', reply: {status: 500}, says: /broke/, fix: /log/},
  {name: 'a server without WebSockets', reply: {status: 501}, says: /knows no/, fix: /bot itself/},
  {
    name: 'a proxy without its bot',
    reply: {status: 502},
    says: /bot behind it is not/,
    fix: /Start/,
  },
  {
    name: 'a tunnel of ngrok without its bot',
    reply: {status: 502, headers: {'ngrok-error-code': 'ERR_NGROK_8012'}},
    says: /nothing listens on the local port/,
    fix: /ngrok http 5000/,
  },
  {
    name: 'a tunnel of ngrok to something else',
    reply: {status: 502, headers: {'ngrok-error-code': 'ERR_NGROK_3004'}},
    says: /does not answer in HTTP/,
    fix: /\nngrok http https:\/\/localhost:5000$/,
  },
  {
    name: 'the warning page of ngrok',
    reply: {status: 200, headers: {'ngrok-error-code': 'ERR_NGROK_6024'}, body: page('Visit')},
    says: /warning page that ngrok shows/,
    fix: /sends no ngrok-skip-browser-warning/,
  },
  {
    name: 'ngrok itself',
    reply: {status: 403, headers: {'ngrok-error-code': 'ERR_NGROK_725'}},
    says: /ngrok itself/,
    fix: /ngrok\.com\/docs\/errors/,
  },
  {
    name: 'a server that drains',
    reply: {status: 503, body: 'exostream is shutting down.'},
    says: /starting, shutting down or full/,
    fix: /Wait/,
  },
  {
    name: 'a tunnel of localtunnel that is down',
    reply: {status: 503, body: '503 - Tunnel Unavailable'},
    says: /localtunnel has no tunnel/,
    fix: /Start the tunnel again/,
  },
  {
    name: 'the password page of localtunnel',
    reply: {status: 511, body: page('Tunnel website ahead!')},
    says: /password page that localtunnel shows/,
    fix: /another tunnel/,
  },
  {
    name: 'a slow bot behind a proxy',
    reply: {status: 504},
    says: /does not answer it/,
    fix: /first/,
  },
  {name: 'a captive portal', reply: {status: 511}, says: /log in first/, fix: /another tunnel/},
  {name: 'a bot strange to Cloudflare', reply: {status: 520}, says: /not understand/, fix: /log/},
  {name: 'a closed port behind Cloudflare', reply: {status: 521}, says: /refuses/, fix: /Start/},
  {name: 'silence behind Cloudflare', reply: {status: 522}, says: /no answer/, fix: /firewall/},
  {name: 'bad TLS behind Cloudflare', reply: {status: 526}, says: /TLS of the/, fix: /certificate/},
  {
    name: 'a tunnel of Cloudflare that is down',
    reply: {status: 530, headers: {Server: 'cloudflare'}, body: 'error code: 1033'},
    says: /cloudflared is down/,
    fix: /Start cloudflared again/,
  },
  {name: 'nothing behind Cloudflare', reply: {status: 530}, says: /cannot find/, fix: /DNS record/},
  {name: 'a class of its own', reply: {status: 599}, says: /cannot answer/, fix: /log/},
]

describe('a server that answers the upgrade with a status', () => {
  test.each(STATUS_FAULTS)('$name: is explained, as the one root cause', async (fault) => {
    const {reply, path, pages, says, fix} = fault

    const report = await examine(urlOf(await replying(reply, pages), path))

    expect(report.checks.filter(({status}) => status === 'fail').map(({id}) => id)).toEqual([
      'upgrade',
    ])
    expect(report.rootCause).toBe('upgrade')
    expect(report.summary).toMatch(says)
    expect(report.fix).toMatch(fix)
    expect(report.exotelError).toBe(
      `3009 failed to establish ws conn expected handshake response status code 101 but got ${String(reply.status)}`,
    )
  })

  test.each([
    ['/Media?sample-rate=8000', /\/Media\.$/, /, where \/media is another one/],
    ['/?sample-rate=8000', /it has no WebSocket at \/\.$/, /^Compare \/ with the path/],
  ])('404 at %s is told of its path, without the URL that was given', async (path, says, fix) => {
    const url = urlOf(await replying({status: 404}), path)

    const report = await examine(url)

    expect(report.rootCause).toBe('upgrade')
    expect(report.summary).toMatch(says)
    expect(report.fix).toMatch(fix)
    expect(report.fix?.split('\n')).not.toContain(url)
  })

  test('is put right in the answer of the dynamic URL that named it', async () => {
    const port = await replying({status: 301, headers: {Location: '/media/'}})
    const dynamic = await servingHttp((_request, response) => {
      response.end(JSON.stringify({url: urlOf(port)}))
    })

    const report = await examine(`http://127.0.0.1:${String(dynamic)}/bot`)

    expect(report.rootCause).toBe('upgrade')
    expect(report.fix).toContain('Let the dynamic URL answer with this URL:\nws://127.0.0.1')
  })

  test('is put right for a try under --local', async () => {
    const port = await replying({status: 301, headers: {Location: '/media/'}})

    const report = await examine(urlOf(port), {target: {isLocal: true}})

    expect(report.rootCause).toBe('upgrade')
    expect(report.fix).toContain('Try this URL:\nws://127.0.0.1')
  })

  test('is quoted with what tells who on the way it was, without tags and secrets', async () => {
    const port = await replying({
      status: 502,
      headers: {
        Server: 'nginx/1.24',
        Via: '1.1 proxy',
        'Set-Cookie': 'session=abc',
        'X-Other': 'no',
      },
      body: '<html><style>b{}</style><b>Bad</b>\u001b[31m gateway token=s3cr3t</html>',
    })

    const report = await examine(urlOf(port))

    const upgrade = report.checks.find(({id}) => id === 'upgrade')
    expect(upgrade?.detail).toBe(
      'HTTP 502 Bad Gateway\nserver: nginx/1.24\nvia: 1.1 proxy\nBad [31m gateway token=[redacted]',
    )
  })

  test('is not asked for more than the beginning of a body without end', async () => {
    const port = await upgrading((_request, socket) => {
      socket.write('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 900000\r\n\r\n')
      socket.write('x'.repeat(100_000))
    })

    const report = await examine(urlOf(port))

    expect(report.rootCause).toBe('upgrade')
    expect(report.summary).toContain('500')
  })
})

type BreakFault = {
  readonly name: string
  readonly serve: () => Promise<number>
  readonly says: RegExp
  readonly goCause: string | ((port: number) => string)
}

const UPGRADE = {Connection: 'Upgrade', Upgrade: 'websocket'}

const BREAK_FAULTS: readonly BreakFault[] = [
  {
    name: 'closes without an answer',
    serve: () => onFirstBytes((socket) => socket.end()),
    says: /closed the connection without an answer/,
    goCause: 'EOF',
  },
  {
    name: 'resets the connection',
    serve: () => onFirstBytes((socket) => socket.resetAndDestroy()),
    says: /reset the connection/,
    goCause: (port) => goWords.reset(`127.0.0.1:${String(port)}`),
  },
  {
    name: 'speaks something else than HTTP',
    serve: () => onFirstBytes((socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')),
    says: /something that is not HTTP/,
    goCause: goWords.notHttp(),
  },
  {
    name: 'speaks HTTP/2 only',
    serve: () =>
      onFirstBytes((socket) => socket.write(Buffer.from('000012040000000000000300000064', 'hex'))),
    says: /HTTP\/2 only/,
    goCause: goWords.notHttp(),
  },
  {
    name: 'answers 101 with a wrong key',
    serve: () => accepting(() => ({...UPGRADE, 'Sec-WebSocket-Accept': 'bm90IGl0'})),
    says: /wrong Sec-WebSocket-Accept/,
    goCause:
      'WebSocket protocol violation: invalid Sec-WebSocket-Accept "bm90IGl0", key "dGhlIHNhbXBsZSBub25jZQ=="',
  },
  {
    name: 'answers 101 without the headers of an upgrade',
    serve: () => accepting((accept) => ({'Sec-WebSocket-Accept': accept})),
    says: /without the headers of an upgrade/,
    goCause: 'WebSocket protocol violation: Connection header "" does not contain Upgrade',
  },
  {
    name: 'upgrades to something else',
    serve: () =>
      accepting((accept) => ({...UPGRADE, Upgrade: 'h2c', 'Sec-WebSocket-Accept': accept})),
    says: /upgraded to something else/,
    goCause: 'WebSocket protocol violation: Upgrade header "h2c" does not contain websocket',
  },
  {
    name: 'names a subprotocol that was not asked for',
    serve: () =>
      accepting((accept) => ({
        ...UPGRADE,
        'Sec-WebSocket-Accept': accept,
        'Sec-WebSocket-Protocol': 'audio',
      })),
    says: /subprotocol that was not asked for/,
    goCause: 'WebSocket protocol violation: unexpected Sec-WebSocket-Protocol from server: "audio"',
  },
  {
    name: 'compresses without being asked',
    serve: () =>
      accepting((accept) => ({
        ...UPGRADE,
        'Sec-WebSocket-Accept': accept,
        'Sec-WebSocket-Extensions': 'permessage-deflate',
      })),
    says: /extension that was not asked for/,
    goCause: 'WebSocket protocol violation: unsupported extensions from server: []',
  },
]

test.each(BREAK_FAULTS)('a server that $name is the one root cause', async (fault) => {
  const {serve, says, goCause} = fault
  const port = await serve()

  const report = await examine(urlOf(port))

  expect(report.checks.filter(({status}) => status === 'fail').map(({id}) => id)).toEqual([
    'upgrade',
  ])
  expect(report.summary).toMatch(says)
  expect(report.exotelError).toBe(
    exotelError(typeof goCause === 'string' ? goCause : goCause(port)),
  )
})

describe('the time to open', () => {
  test('fails when no answer came within 10 s', async () => {
    const clock = jumpingClock()
    const port = await upgrading(() => {
      clock.jump(10_000)
    })

    const report = await examine(urlOf(port), {world: {clock}, deadlineMs: 60_000})

    expect(report.rootCause).toBe('open-time')
    expect(report.checks.filter(({status}) => status === 'fail')).toHaveLength(1)
    expect(report.summary).toContain('did not answer')
    expect(report.summary).toContain('within 10 s')
    expect(report.exotelError).toBe('3009 failed to establish ws conn context deadline exceeded')
  })

  test('is a warning over 2 s', async () => {
    const clock = jumpingClock()
    const bot = await goodBot({
      beforeOpening: () => {
        clock.jump(2500)
      },
    })

    const report = await examine(urlOf(bot.port), {only: ONLY, world: {clock}})

    expect(report.checks.map(({status}) => status)).toEqual(['warn', 'pass', 'pass'])
    expect(report.checks[0]?.summary).toMatch(/took 25\d\d ms to answer/)
  })

  test('ends with the signal, whatever the server does', async () => {
    const stop = new AbortController()
    const port = await upgrading(() => {
      stop.abort(new Error('Ctrl-C'))
    })

    const report = await examine(urlOf(port), {only: ONLY, signal: stop.signal})

    expect(report.checks.map(({status}) => status)).toEqual(['skip', 'skip', 'skip'])
  })
})

describe('a healthy bot', () => {
  test('is silent over TLS, too, with the authority that was given', async () => {
    const {ca, leaf} = await makeCertificates()
    const bot = await goodBot({tls: leaf('good')})

    const report = await examine(`wss://${BOT_HOST}:${String(bot.port)}/media?sample-rate=8000`, {
      only: ONLY,
      names: {[BOT_HOST]: ['127.0.0.1']},
      world: {ca: [ca]},
    })

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
  })

  test('is silent, and is asked as Exotel asks', async () => {
    const bot = await goodBot()

    const report = await examine(urlOf(bot.port, '/media?sample-rate=8000&name=a%20b'), {
      only: ONLY,
    })

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
    expect(bot.requests).toHaveLength(1)
    expect(bot.requests[0]?.url).toBe('/media?sample-rate=8000&name=a%20b')
    expect(bot.requests[0]?.headers).toMatchObject({
      'user-agent': 'Go-http-client/1.1',
      'sec-websocket-version': '13',
    })
    expect(bot.requests[0]?.headers).not.toHaveProperty('origin')
    expect(bot.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(bot.requests[0]?.headers).not.toHaveProperty('sec-websocket-protocol')
    expect(bot.requests[0]?.headers).not.toHaveProperty('sec-websocket-extensions')
    expect(bot.closeCodes).toEqual([1000])
  })

  test('is asked with the headers that were given, and once more as Exotel asks, without', async () => {
    const clock = jumpingClock()
    const bot = await goodBot({
      beforeOpening: () => {
        // The clock stands in for listening to a bot that does not close.
        if (bot.requests.length === 2) setImmediate(() => clock.jump(1000))
      },
    })

    const report = await examine(urlOf(bot.port), {
      only: ONLY,
      target: {headers: {'X-Tenant': 'one'}},
      world: {clock},
    })

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
    expect(bot.requests.map(({headers}) => headers['x-tenant'])).toEqual(['one', undefined])
  })

  test('is found by the resolver that was given', async () => {
    const bot = await goodBot()

    const report = await examine(`ws://bot.lab:${String(bot.port)}/media`, {
      only: ONLY,
      names: {'bot.lab': ['127.0.0.1']},
    })

    expect(report.checks.map(({status}) => status)).toEqual(['pass', 'pass', 'pass'])
    expect(bot.requests[0]?.headers.host).toBe(`bot.lab:${String(bot.port)}`)
  })
})
