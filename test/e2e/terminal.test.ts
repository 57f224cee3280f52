import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import {beforeAll, describe, expect, test} from 'vitest'

import {bin, emptyFolder, start, startCli} from '../rig/run-cli.js'

const folder = emptyFolder()
const scenario = join(folder, 'short.yaml')

beforeAll(() =>
  writeFile(
    scenario,
    "version: 1\nname: short\nsteps:\n  - digits: '7'\n  - wait: {ms: 1500}\n  - hangUp: stop\n",
  ),
)

// Back to the first column, then erase to the end of the line.
const ERASE = '\r\u001b[K'

describe.concurrent('on a terminal', () => {
  test('a live line tells the time, who speaks and the step, and is gone at the end', async () => {
    const {exit, seen, stdout} = await onTerminal({})

    expect(exit).toBe(0)
    const drawn = seen.split(ERASE)
    expect(drawn.length).toBeGreaterThan(3)
    expect(drawn[1]).toMatch(/^\d+\.\d s {2}quiet {12}/)
    expect(drawn.at(-2)).toMatch(/^\d\.\d s {2}quiet {12}step 1, digits: 7$/)
    expect(drawn.at(-1)).toMatch(/^Kept in .+\r\n$/)
    expect(stdout).not.toContain('\u001b')
  })

  test.each([['CI', {CI: 'true'}] as const, ['TERM=dumb', {TERM: 'dumb'}] as const])(
    'there is none where %s is set',
    async (_, env) => {
      const {exit, seen} = await onTerminal(env)

      expect(exit).toBe(0)
      expect(seen).not.toContain(ERASE)
      expect(seen).toMatch(/^Calling the bot sink .+\r\nKept in .+\r\n$/)
    },
  )

  test('doctor shows a tree that fills in, and takes it away before the verdict', async () => {
    const serving = startCli(['serve', '--port', '0', '--bot', 'echo', '--json'], {
      cwd: emptyFolder(),
    })
    const said = await serving.said(/"listening"/)
    const url = /ws:\/\/127\.0\.0\.1:\d+\/media/.exec(said)?.[0] ?? ''

    const {exit, stdout} = await underScript(`doctor ${url} --local`, {NO_COLOR: '1'})
    serving.kill('SIGTERM')
    await serving.ended

    expect(exit).toBe(0)
    expect(stdout).toContain('The URL as it is written')
    expect(stdout).toContain('call  A call stays open?')
    const afterTree = stdout.slice(stdout.lastIndexOf('This machine'))
    expect(afterTree).toContain('Reachable:')
    expect(stdout.trim().split('\n').at(-1)).not.toContain('This machine')
  })

  test('a failure is shown in colour, unless NO_COLOR is set', async () => {
    const [coloured, plain] = await Promise.all([
      underScript('simluate', {}),
      underScript('simluate', {NO_COLOR: '1'}),
    ])

    expect(coloured.stdout).toContain('\u001b[31mError: \u001b[39m"simluate" is not a command')
    expect(plain.stdout).toContain('Error: "simluate" is not a command')
    expect(plain.stdout).not.toContain('\u001b')
    expect([coloured.exit, plain.exit]).toEqual([2, 2])
  })
})

/** A short call whose stderr is a terminal, and whose stdout is a file. */
async function onTerminal(env: Readonly<Record<string, string>>) {
  const out = emptyFolder()
  const answer = join(out, 'stdout.txt')
  const args = `simulate --bot sink --scenario "${scenario}" --out "${out}" > "${answer}"`
  const {exit, stdout: seen} = await underScript(args, env)
  return {exit, seen, stdout: await readFile(answer, 'utf8')}
}

/** Runs it under a pseudo-terminal, by script(1) of util-linux; what is seen there is its stdout. */
function underScript(args: string, env: Readonly<Record<string, string>>) {
  // As it comes it would have no lines at all.
  const command = `stty cols 100 rows 40; "${process.execPath}" "${bin}" ${args}`
  return start('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: {TERM: 'xterm-256color', SHELL: '/bin/sh', ...env},
  }).ended
}
