import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises'
import {createServer, type RequestListener, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {findServe, openWorkspace} from '../../src/workspace.js'

let root = ''
let dir = ''
const servers: Server[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'exostream-workspace-'))
  dir = join(root, '.exostream')
})

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
  await rm(root, {recursive: true, force: true})
})

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listener on TCP has an address with a port.
  return `ws://127.0.0.1:${String((server.address() as AddressInfo).port)}/media`
}

const healthOf =
  (nonce: string): RequestListener =>
  (_, response) => {
    response.end(JSON.stringify({status: 'ok', nonce}))
  }

const note = (url: string, nonce = 'n1') => ({
  pid: 1,
  url,
  nonce,
  startedAt: '2026-01-31T10:00:00.000Z',
})

const notePath = () => join(dir, 'serve.json')

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

describe('the folder', () => {
  test('hides itself from git when it is new', async () => {
    await openWorkspace(dir)

    expect(await readFile(join(dir, '.gitignore'), 'utf8')).toBe('*\n')
  })

  test('hides nothing in a folder that someone uses', async () => {
    await mkdir(dir)
    await writeFile(join(dir, 'mine.txt'), 'mine')

    await openWorkspace(dir)

    expect(await readdir(dir)).toEqual(['mine.txt'])
  })

  test('that cannot be made is told with its path', async () => {
    await writeFile(join(root, 'file'), '')

    await expect(openWorkspace(join(root, 'file', 'below'))).rejects.toMatchObject({
      code: 'EXO_DATA_DIR',
      message: expect.stringContaining(join(root, 'file', 'below')) as unknown,
    })
  })

  test('behind a link to nowhere is told too, and is not tried for ever', async () => {
    await symlink(join(root, 'unmounted'), join(root, 'link'))

    await expect(openWorkspace(join(root, 'link', 'data'))).rejects.toMatchObject({
      code: 'EXO_DATA_DIR',
      cause: {code: 'EEXIST'},
    })
  })

  test('is made with those it lies in, by two at once as by one', async () => {
    const deep = join(root, 'a', 'b', 'c')

    await Promise.all([openWorkspace(deep), openWorkspace(deep)])

    expect(await readdir(deep)).toEqual(['.gitignore'])
  })

  test('that has gone meanwhile is told as such', async () => {
    const workspace = await openWorkspace(dir)
    await rm(dir, {recursive: true})
    await writeFile(dir, 'a file now')

    await expect(workspace.newCallFolder('basic', new Date())).rejects.toMatchObject({
      code: 'EXO_DATA_DIR',
    })
  })
})

describe('the serve of this folder', () => {
  test('is found while it answers with its nonce', async () => {
    const url = await listen(healthOf('n1'))
    const workspace = await openWorkspace(dir)
    await workspace.noteServe(note(url))

    expect(await findServe(dir)).toEqual({pid: note(url).pid, url})
  })

  test('is found with its public URL, and whether it asks for credentials', async () => {
    const url = await listen(healthOf('n1'))
    const publicUrl = 'wss://bot.example.com/media?sample-rate=8000'
    const told = {publicUrl, asksCredentials: true} as const
    await (await openWorkspace(dir)).noteServe({...note(url), ...told})

    expect(await findServe(dir)).toEqual({pid: note(url).pid, url, ...told})
  })

  test('is not believed with a public URL that is no text', async () => {
    const url = await listen(healthOf('n1'))
    await openWorkspace(dir)
    await writeFile(notePath(), JSON.stringify({...note(url), publicUrl: 7}))

    expect(await findServe(dir)).toBeUndefined()
  })

  test('is forgotten when it says so', async () => {
    const url = await listen(healthOf('n1'))
    const workspace = await openWorkspace(dir)
    await workspace.noteServe(note(url))

    await workspace.forgetServe('n1')

    expect(await findServe(dir)).toBeUndefined()
  })

  test('is not forgotten by one that was noted before it', async () => {
    const url = await listen(healthOf('n2'))
    const workspace = await openWorkspace(dir)
    await workspace.noteServe(note(url, 'n1'))
    await workspace.noteServe(note(url, 'n2'))

    await workspace.forgetServe('n1')

    expect(await findServe(dir)).toEqual({pid: note(url).pid, url})
  })

  test('killed with SIGKILL leaves a note that is not believed, and is removed', async () => {
    const child = spawn(process.execPath, ['-e', CHILD], {stdio: ['ignore', 'pipe', 'inherit']})
    const url = `ws://127.0.0.1:${await firstOutput(child)}/media`
    const workspace = await openWorkspace(dir)
    await workspace.noteServe({...note(url, 'child'), pid: child.pid ?? 0})
    const whileAlive = await findServe(dir)

    child.kill('SIGKILL')
    await once(child, 'exit')

    expect(whileAlive).toEqual({pid: child.pid, url})
    expect(await findServe(dir)).toBeUndefined()
    expect(await isThere(notePath())).toBe(false)
  })

  test('is not taken for another program on its port', async () => {
    const url = await listen(healthOf('another'))
    await (await openWorkspace(dir)).noteServe(note(url))

    expect(await findServe(dir)).toBeUndefined()
    expect(await isThere(notePath())).toBe(false)
  })

  test('that does not answer within a second is told apart, and keeps its note', async () => {
    const url = await listen(() => undefined)
    await (await openWorkspace(dir)).noteServe(note(url))

    expect(await findServe(dir)).toEqual({pid: note(url).pid, url, isSilent: true})
    expect(await isThere(notePath())).toBe(true)
  })

  test('is not found behind an answer without end', async () => {
    const url = await listen((_, response) => {
      const more = () => {
        if (response.destroyed) return
        response.write('x'.repeat(1000))
        // A turn of the event loop apart: the one who asks lives in the same one.
        setImmediate(more)
      }
      more()
    })
    await (await openWorkspace(dir)).noteServe(note(url))

    expect(await findServe(dir)).toBeUndefined()
  })

  test('a note that leads elsewhere by a redirect is not followed', async () => {
    let wasAsked = false
    const elsewhere = await listen((request, response) => {
      wasAsked = true
      healthOf('n1')(request, response)
    })
    const url = await listen((_, response) => {
      response.writeHead(302, {location: elsewhere.replace('ws:', 'http:')}).end()
    })
    await (await openWorkspace(dir)).noteServe(note(url))

    expect(await findServe(dir)).toBeUndefined()
    expect(wasAsked).toBe(false)
  })

  test.each([
    ['a folder without a note', undefined],
    ['not JSON', '{"url": '],
    ['not an object', '[]'],
    ['null', 'null'],
    ['members missing', '{"url": "ws://127.0.0.1:1/media"}'],
    ['another kind of URL', JSON.stringify(note('file:///etc/passwd'))],
    ['a host that is not this machine', JSON.stringify(note('ws://192.0.2.1:5000/media'))],
    ['a name, which could lead anywhere', JSON.stringify(note('ws://localhost.example:1/media'))],
    ['a host that only looks like loopback', JSON.stringify(note('ws://127.0.0.1.example:1/'))],
    ['credentials', JSON.stringify(note('ws://a:b@127.0.0.1:1/media'))],
    ['a huge file', 'x'.repeat(1_000_000)],
  ])('is not found by a note that nobody of ours wrote: %s', async (_, text) => {
    await openWorkspace(dir)
    if (text !== undefined) await writeFile(notePath(), text)

    expect(await findServe(dir)).toBeUndefined()
  })

  test('is not looked for in a folder that is not there, nor is one made', async () => {
    expect(await findServe(dir)).toBeUndefined()
    expect(await isThere(dir)).toBe(false)
  })
})

describe('the folders of calls', () => {
  const now = new Date('2026-01-31T10:15:02.987Z')

  test.each([
    ['sales', '20260131T101502Z-sales'],
    ['../../etc/passwd', '20260131T101502Z-etc-passwd'],
    ['a b\u0000c', '20260131T101502Z-a-b-c'],
    ['ऋण', '20260131T101502Z-call'],
    ['', '20260131T101502Z-call'],
    ['x'.repeat(5000), `20260131T101502Z-${'x'.repeat(40)}`],
  ])('of the scenario %j is named safely', async (scenario, name) => {
    const workspace = await openWorkspace(dir)

    const folder = await workspace.newCallFolder(scenario, now)

    expect(folder).toBe(join(dir, 'calls', name))
    expect(await isThere(folder)).toBe(true)
  })

  test('of the same second are all different', async () => {
    const workspace = await openWorkspace(dir)

    const made = await Promise.all(
      Array.from({length: 20}, () => workspace.newCallFolder('sales', now)),
    )

    expect(new Set(made).size).toBe(20)
  })

  test('are deleted from the oldest on, and nothing else is', async () => {
    const workspace = await openWorkspace(dir)
    for (const seconds of [3, 1, 2, 4]) {
      const folder = await workspace.newCallFolder('sales', new Date(seconds * 1000))
      await writeFile(join(folder, 'report.json'), '{}')
    }
    await mkdir(join(dir, 'calls', 'mine'))
    await writeFile(join(dir, 'calls', '19700101T000000Z-notes.txt'), 'mine')

    await workspace.pruneCalls(2)

    expect((await readdir(join(dir, 'calls'))).sort()).toEqual([
      '19700101T000000Z-notes.txt',
      '19700101T000003Z-sales',
      '19700101T000004Z-sales',
      'mine',
    ])
  })

  test('may be none yet', async () => {
    const workspace = await openWorkspace(dir)

    await expect(workspace.pruneCalls()).resolves.toBeUndefined()
  })
})

/** A process that answers as a serve would, and says its port. */
const CHILD = `
const server = require('node:http').createServer((request, response) => {
  response.end(JSON.stringify({status: 'ok', nonce: 'child'}))
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

async function firstOutput(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the child has no stdout')
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return chunk.toString('utf8').trim()
}
