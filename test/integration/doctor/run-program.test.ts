import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterAll, describe, expect, test} from 'vitest'

import {runProgram} from '../../../src/doctor/machine/run-program.js'

const folder = mkdtempSync(join(tmpdir(), 'exostream-programs-'))
const never = new AbortController().signal

afterAll(() => {
  rmSync(folder, {recursive: true})
})

const runNode = (script: string, signal = never) =>
  runProgram(process.execPath, ['-e', script], signal)

describe.skipIf(process.platform === 'win32')('a program of this machine', () => {
  test('is heard on both of its outputs, and its exit code is a result', async () => {
    expect(await runNode('console.log("out"); console.error("err"); process.exit(252)')).toEqual({
      kind: 'ended',
      code: 252,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  test('speaks English, and is found where administrators have theirs', async () => {
    const said = await runNode('console.log(process.env.LC_ALL, process.env.PATH)')

    expect(said).toMatchObject({stdout: expect.stringMatching(/^C .*:\/usr\/sbin/) as string})
  })

  test('is given no shell: what looks like a command stays a word', async () => {
    const word = '$(touch x); `id` | cat'

    const said = await runProgram(process.execPath, ['-p', 'process.argv[1]', word], never)

    expect(said).toMatchObject({stdout: `${word}\n`})
  })

  test('does not wait for somebody to type', async () => {
    expect(
      await runNode('process.stdin.on("end", () => console.log("end")).resume()'),
    ).toMatchObject({stdout: 'end\n'})
  })

  test('that is not installed is missing, and one that may not be run is refused', async () => {
    const path = join(folder, 'not-for-you')
    writeFileSync(path, '#!/bin/sh\n')
    chmodSync(path, 0o600)

    expect((await runProgram('exostream-no-such-program', [], never)).kind).toBe('missing')
    expect((await runProgram(path, [], never)).kind).toBe('refused')
  })

  test('that says too much is not heard to the end', async () => {
    const said = await runNode('process.stdout.write("x".repeat(3 * 1024 * 1024))')

    expect(said).toMatchObject({
      kind: 'late',
      words: expect.stringMatching(/said more than can be read/) as string,
    })
  })

  test('that never ends is killed, and its words are late', async () => {
    const said = await runNode('setInterval(() => {}, 1000)')

    expect(said).toMatchObject({
      kind: 'late',
      words: expect.stringMatching(/did not end within 3 s/) as string,
    })
  })

  test('ends with the signal of who started it', async () => {
    const abort = new AbortController()
    const running = runNode('setInterval(() => {}, 1000)', abort.signal)

    abort.abort()

    expect(await running).toMatchObject({
      kind: 'late',
      words: expect.stringMatching(/was interrupted/) as string,
    })
  })
})
