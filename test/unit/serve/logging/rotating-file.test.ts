import {readdir, readFile, rename, rm, stat, symlink, utimes, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {expect, test} from 'vitest'

import {systemClock} from '../../../../src/clock.js'
import {
  RotatingFile,
  type RotatingFileOptions,
} from '../../../../src/serve/logging/rotating-file.js'
import {linesOf, logFolder} from './log-folder.js'

const folder = logFolder()
const pathOf = () => join(folder(), 'exostream.log')

type Opened = {
  readonly file: RotatingFile
  readonly failures: unknown[]
  readonly recovered: number[]
}

async function open(options: Partial<RotatingFileOptions> = {}): Promise<Opened> {
  const failures: unknown[] = []
  const recovered: number[] = []
  const file = await RotatingFile.open(pathOf(), {
    maxBytes: 1000,
    keepFiles: 3,
    clock: systemClock,
    onFailed: (error) => failures.push(error),
    onRecovered: (lost) => recovered.push(lost),
    ...options,
  })
  return {file, failures, recovered}
}

const numbered = (count: number, from = 0) =>
  Array.from({length: count}, (_, at) => `line ${String(from + at).padStart(6, '0')}`)

test('what was written is there once it is closed', async () => {
  const {file} = await open()

  file.write('one\n')
  file.write('two\n')
  await file.close()

  expect(await readFile(pathOf(), 'utf8')).toBe('one\ntwo\n')
})

test('the file is for the eyes of its owner', async () => {
  const umask = process.umask(0o022)
  const {file} = await open()
  await file.close()
  process.umask(umask)

  expect(((await stat(pathOf())).mode & 0o777).toString(8)).toBe('600')
})

test('a file that would grow too large becomes the first of the older ones', async () => {
  const {file} = await open({keepFiles: 100})

  for (const line of numbered(300)) file.write(`${line}\n`)
  await file.close()

  const names = await readdir(folder())
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder(), name))).size),
  )
  expect(names.length).toBeGreaterThan(3)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1000)
  expect(await linesOf(pathOf())).toEqual(numbered(300))
})

test('only so many older ones are kept, and they are the youngest', async () => {
  const {file} = await open()

  for (const line of numbered(1000)) file.write(`${line}\n`)
  await file.close()

  const names = ['exostream.log', 'exostream.log.1', 'exostream.log.2', 'exostream.log.3']
  expect((await readdir(folder())).toSorted()).toEqual(names)
  expect((await linesOf(pathOf())).at(-1)).toBe('line 000999')
})

test('a file that is too large at the start is rotated then', async () => {
  await writeFile(pathOf(), 'x'.repeat(2000))

  const {file} = await open()
  await file.close()

  expect((await stat(pathOf())).size).toBe(0)
  expect((await stat(`${pathOf()}.1`)).size).toBe(2000)
})

test('after a writer that was killed within a line, a line begins anew', async () => {
  await writeFile(pathOf(), '{"half":')

  const {file} = await open()
  file.write('whole\n')
  await file.close()

  expect(await readFile(pathOf(), 'utf8')).toBe('{"half":\nwhole\n')
})

test('two writers of one file lose no line to each other, however often it is rotated', async () => {
  const clients = [await open({keepFiles: 100}), await open({keepFiles: 100})]

  const written = clients.map(async ({file}, client) => {
    for (let round = 0; round < 40; round += 1) {
      for (const line of numbered(10, client * 1000 + round * 10)) file.write(`${line}\n`)
      // A turn of the disk, so that the two get in each other's way.
      await stat(pathOf()).catch(() => undefined)
    }
    await file.close()
  })
  await Promise.all(written)

  const lines = await linesOf(pathOf())
  expect(lines.toSorted()).toEqual([...numbered(400), ...numbered(400, 1000)])
  expect((await readdir(folder())).length).toBeGreaterThan(5)
  expect(clients.map(({failures}) => failures.length)).toEqual([0, 0])
})

test('while another process rotates, lines go on into the file that is too large', async () => {
  await writeFile(pathOf(), `${'x'.repeat(2000)}\n`)
  await writeFile(`${pathOf()}.lock`, '')

  const {file, failures} = await open()
  file.write('one\n')
  await file.close()

  expect(await readFile(pathOf(), 'utf8')).toMatch(/x\none\n$/)
  expect(failures).toEqual([])
})

test('a lock that a killed process left does not hold for ever', async () => {
  await writeFile(pathOf(), `${'x'.repeat(2000)}\n`)
  await writeFile(`${pathOf()}.lock`, '')
  await utimes(`${pathOf()}.lock`, 1, 1)

  const {file} = await open()
  file.write('one\n')
  await file.close()

  expect(await readFile(pathOf(), 'utf8')).toBe('one\n')
  expect(await readdir(folder())).not.toContain('exostream.log.lock')
})

test('whoever finds its file renamed or deleted goes on in a new one', async () => {
  const {file} = await open()
  await rename(pathOf(), join(folder(), 'elsewhere'))

  file.write('one\n')
  await expect.poll(() => linesOf(pathOf())).toEqual(['one'])
  await rm(folder(), {recursive: true})
  file.write('two\n')
  await file.close()

  expect(await linesOf(pathOf())).toEqual(['two'])
})

test.skipIf(process.platform !== 'linux')(
  'a full disk costs lines, is told of once, and how many were lost when it has room again',
  async () => {
    await symlink('/dev/full', pathOf())
    const {file, failures, recovered} = await open()

    file.write('one\n')
    await expect.poll(() => failures).toHaveLength(1)
    file.write('two\n')
    file.write('three\n')
    await rm(pathOf())
    file.write('four\n')
    await file.close()

    expect(failures).toMatchObject([{code: 'ENOSPC'}])
    const lines = await linesOf(pathOf())
    expect(lines.at(-1)).toBe('four')
    expect(recovered).toEqual([4 - lines.length])
  },
)

test('more than 4 MiB never wait for the disk, and what was dropped is told', async () => {
  const {file, recovered} = await open({maxBytes: 100_000_000})
  const line = `${'x'.repeat(99_999)}\n`

  for (let count = 0; count < 100; count += 1) file.write(line)
  await file.close()

  const {length} = await linesOf(pathOf())
  // The first is on its way to the disk when the second comes.
  expect(length - 1).toBe(Math.floor((4 * 1024 * 1024) / line.length))
  expect(recovered).toEqual([100 - length])
})

test('what comes after the close is not written, and closing twice is no harm', async () => {
  const {file} = await open()
  await file.close()

  file.write('late\n')
  await file.close()

  expect(await readFile(pathOf(), 'utf8')).toBe('')
})
