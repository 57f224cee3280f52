import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, beforeAll, expect, test} from 'vitest'

import {ExostreamError} from '../../../../src/errors.js'
import {readFlowFile} from '../../../../src/flow/format/flow-reader.js'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-flow-'))
})

afterAll(() => rm(folder, {recursive: true}))

async function refusal(path: string): Promise<string> {
  const error: unknown = await readFlowFile(path).catch((thrown: unknown) => thrown)
  if (!(error instanceof ExostreamError)) return String(error)
  return `${error.code} ${error.message.replaceAll(folder, 'FOLDER')}`
}

test('a file that is not there, and a folder, are told as such', async () => {
  expect(await refusal(join(folder, 'none.yaml'))).toBe(
    'EXO_FLOW_NOT_FOUND FOLDER/none.yaml could not be read: there is no such file.',
  )
  expect(await refusal(folder)).toBe('EXO_FLOW_NOT_FOUND FOLDER could not be read: it is a folder.')
})

test.each([
  ['UTF-16', Buffer.from('\ufeffname: calls\napplets: [hangup]\n', 'utf16le')],
  ['UTF-16 without a mark', Buffer.from('name: calls\napplets: [hangup]\n', 'utf16le')],
  ['binary', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00])],
])('a file in %s is refused in one sentence', async (_, bytes) => {
  const path = join(folder, 'flow.yaml')
  await writeFile(path, bytes)

  expect(await refusal(path)).toBe(
    'EXO_FLOW_INVALID FOLDER/flow.yaml:1:1 expected text in UTF-8, not UTF-16 or a binary file',
  )
})

test('a file of 2 MB is refused', async () => {
  const path = join(folder, 'flow.yaml')
  await writeFile(path, '# '.repeat(1_000_000))

  expect(await refusal(path)).toBe(
    'EXO_FLOW_INVALID FOLDER/flow.yaml:1:1 expected a file under 512 kB',
  )
})

test('a file is read whole, letters of other scripts included', async () => {
  const path = join(folder, 'flow.yaml')
  const words = 'नमस्ते, '.repeat(100)
  await writeFile(path, `name: calls\napplets:\n- greeting: {say: "${words}"}\n`)

  const {flow, file} = await readFlowFile(path)

  expect(file).toBe(path)
  expect(flow.applets[0]).toMatchObject({say: words})
})
