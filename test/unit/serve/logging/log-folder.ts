import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {afterEach, beforeEach} from 'vitest'

import type {LogEntry} from '../../../../src/log.js'

/** A folder of its own for each test of the file. */
export function logFolder(): () => string {
  let dir = ''
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'exostream-logs-'))
  })
  afterEach(async () => {
    await rm(dir, {recursive: true, force: true})
  })
  return () => dir
}

/** The lines of a file and of the older ones, the oldest first. */
export async function linesOf(path: string): Promise<string[]> {
  const folder = join(path, '..')
  const name = path.slice(folder.length + 1)
  const number = (file: string) => Number(file.slice(name.length + 1))
  const files = (await readdir(folder))
    .filter((file) => file.startsWith(name) && !file.endsWith('.lock'))
    .toSorted((a, b) => number(b) - number(a))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  return texts.flatMap((text) => text.split('\n')).filter((line) => line !== '')
}

export function eventLine(given: Partial<LogEntry>): string {
  const entry: LogEntry = {
    timestamp: '2026-01-31T10:15:02.123Z',
    level: 'info',
    category: 'SYSTEM',
    message: 'x',
    ...given,
  }
  return `${JSON.stringify(entry)}\n`
}
