import {join} from 'node:path'

import {bin, root, start} from './run-cli.js'

type OnPty = {
  readonly cwd: string
  readonly columns?: number
  readonly env?: Readonly<Record<string, string>>
  /** Behind the command line, such as `> file`. */
  readonly redirection?: string
}

type Seen = {
  readonly exit: number
  readonly seen: string
  /** The texts that were waited for in vain. */
  readonly unasked: readonly string[]
  /** The terminal echoes and takes whole lines, as a shell finds it and has to leave it. */
  readonly isCooked: boolean
}

/** What to wait for on the screen, and which keys to press then. */
export type Step = readonly [text: string, keys: string]

/** Runs the built bin on a pseudo-terminal, by Python's own module for it. */
export async function onPty(
  args: readonly string[],
  steps: readonly Step[],
  {cwd, columns = 100, env = {}, redirection = ''}: OnPty,
): Promise<Seen> {
  const line = [process.execPath, bin, ...args].map((word) => `'${word}'`).join(' ')
  const command = ['/bin/sh', '-c', `${line} ${redirection}`]
  const ended = await start(
    'python3',
    [join(root, 'test/rig/python/on_pty.py'), JSON.stringify({command, columns, steps})],
    {cwd, env: {TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env}},
  ).ended
  if (ended.exit !== 0) throw new Error(ended.stderr)
  // The cast is what the script prints.
  return JSON.parse(ended.stdout) as Seen
}
