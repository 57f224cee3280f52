import {join} from 'node:path'

import {describe, expect, test} from 'vitest'

import {renderNginx} from '../../../../src/flow/print/nginx.js'
import {HANDSHAKE_TIMEOUT_MS, MAX_SESSION_MS} from '../../../../src/protocol/limits.js'
import {localPrinting, printingOf, USES} from '../../../rig/flow-printing.js'

const golden = (name: string) =>
  join(import.meta.dirname, '../../../../fixtures/golden', `flow-nginx-${name}.txt`)

describe('the file of nginx', () => {
  test.each(USES)('is as it was for %s', async (use) => {
    const upstreams = use === 'voicebot' ? ['127.0.0.1:5000', '127.0.0.1:5001'] : []

    const text = renderNginx(printingOf({use}, {upstreams}))

    await expect(text).toMatchFileSnapshot(golden(use))
  })

  test('is nothing but comments without a public host', async () => {
    const text = renderNginx(localPrinting())

    expect(text.trimEnd().split('\n')).toSatisfy((lines: readonly string[]) =>
      lines.every((line) => line.startsWith('# ')),
    )
    await expect(text).toMatchFileSnapshot(golden('no-host'))
  })

  test.each([
    'wss://your-ip/media',
    'wss://a;b.in/media',
    'wss://$host.in/media',
    'wss://localhost/media',
    'wss://192.168.1.7/media',
    'nonsense',
  ])('names no server that Exotel cannot call: %s', (url) => {
    const text = renderNginx(printingOf({url, passthru: {}}))

    expect(text).toMatch(/^# No URL of the flow has a public host\.\n/)
    expect(text).not.toContain('server_name')
  })

  test.each(['127.0.0.1', '127.0.0.1:0', '127.0.0.1:70000', '127.0.0.1:5000; }', 'a b:1', ''])(
    'refuses an upstream that is no host and port: "%s"',
    (upstream) => {
      expect(() => renderNginx(printingOf({}, {upstreams: [upstream]}))).toThrow(
        /^--upstream must be host:port, such as 127\.0\.0\.1:5000, not /,
      )
    },
  )

  test.each(['127.0.0.1:1', '[::1]:65535', 'bot-1:5000'])('takes the upstream %s', (upstream) => {
    const text = renderNginx(printingOf({}, {upstreams: [upstream]}))

    expect(text).toContain(`    server ${upstream} max_fails`)
  })

  test('has the port of the URL, and its host without its credentials', () => {
    const url = 'wss://K3Y:T0K3N@bot.acme.in:8443/media?token=T0K3N'

    const text = renderNginx(printingOf({url}))

    expect(text).toContain('    listen 8443 ssl;\n    listen [::]:8443 ssl;\n')
    expect(text).toContain('server_name bot.acme.in;')
    expect(text).toContain('# Not carried, of another host: bot.acme.in.')
    expect(text).not.toMatch(/K3Y|T0K3N/)
  })

  test('says what to change where the flow does without TLS', () => {
    const text = renderNginx(printingOf({url: 'ws://bot.acme.in/media'}))

    expect(text).toContain('# The flow says ws://, and this server speaks TLS: write wss:// there.')
  })

  test('waits longer than a stream can be silent, and less for an instance than Exotel does', () => {
    const text = renderNginx(printingOf())
    const seconds = (name: string) => Number(new RegExp(`${name} (\\d+)s;`).exec(text)?.[1])

    expect(seconds('proxy_read_timeout')).toBeGreaterThan(MAX_SESSION_MS / 1000)
    expect(seconds('proxy_send_timeout')).toBeGreaterThan(MAX_SESSION_MS / 1000)
    expect(seconds('proxy_connect_timeout')).toBeLessThan(HANDSHAKE_TIMEOUT_MS / 2000)
  })

  test.each([
    ['an instance', {}, ['127.0.0.1:1'], false],
    ['two instances', {}, ['127.0.0.1:1', '127.0.0.1:2'], true],
    ['two instances without a Passthru', {passthru: {}}, ['127.0.0.1:1', '127.0.0.1:2'], false],
  ] as const)(
    'keeps a call on one instance where a Passthru tells of it: %s',
    (_name, wish, upstreams, isByCall) => {
      const text = renderNginx(printingOf(wish, {upstreams}))

      expect(text.includes('    hash $exostream_call consistent;')).toBe(isByCall)
      expect(text.includes('    least_conn;')).toBe(!isByCall)
    },
  )

  test('names each path that the printed handler answers, and none that it does not', () => {
    const at = (path: string) => ({url: `https://bot.acme.in${path}`})
    const passthru = {before: at('/before'), after: {url: 'https://other.acme.in/after'}}
    const fixed = printingOf({passthru})
    const dialled = {
      id: 'whom',
      kind: 'connect',
      ...at('/whom'),
      record: false,
      next: 'end',
    } as const
    const flow = {...fixed.flow, applets: [...fixed.flow.applets, dialled]}
    const paths = (text: string) =>
      [...text.matchAll(/# location = (\S+) /g)].map(([, path]) => path)

    expect(paths(renderNginx({...fixed, flow}))).toEqual(['/before', '/voicebot-url', '/media'])
    expect(paths(renderNginx(printingOf({...at('/where'), passthru})))).toEqual([
      '/before',
      '/where',
    ])
  })

  test('gives a name of more than 46 characters the room that a second server would need', () => {
    const hostOf = (characters: number) => {
      const labels = `${'a'.repeat(60)}.${'b'.repeat(60)}.in`
      return `wss://${labels.slice(-characters)}/media`
    }

    expect(renderNginx(printingOf({url: hostOf(46)}))).not.toContain('hash_bucket_size')
    expect(renderNginx(printingOf({url: hostOf(47)}))).toContain(
      'server_names_hash_bucket_size 128;',
    )
    expect(renderNginx(printingOf({url: hostOf(111)}))).toContain(
      'server_names_hash_bucket_size 512;',
    )
  })

  test('cannot be broken out of by the name of the flow', () => {
    const text = renderNginx(printingOf({name: 'a\n} evil;\u001b[2J'}))

    expect(text.split('\n')[0]).toBe(
      '# nginx before the bot of "a } evil;[2J": /etc/nginx/conf.d/exostream.conf,',
    )
  })
})
