import {execFile} from 'node:child_process'
import {readdir, readFile} from 'node:fs/promises'
import {promisify} from 'node:util'

import {ExostreamError} from '../../../errors.js'
import type {BotUsage} from '../traffic/level.js'

/** Of one process, its own alone. */
export type ProcessUsage = BotUsage & {readonly pid: number; readonly parentPid: number}

/** @throws ExostreamError EXO_USAGE when there is no such process */
export function checkPid(pid: number): void {
  if (isProcess(pid)) return
  throw new ExostreamError('EXO_USAGE', `There is no process ${String(pid)} (--bot-pid).`)
}

export function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Another user's may be looked at, if not signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The process and all that it has started, as they are now; undefined where the system does not tell. */
export async function usageOf(
  pid: number,
  platform: NodeJS.Platform,
): Promise<BotUsage | undefined> {
  return usageReader(pid, {platform, now: () => 0})()
}

/** Whom a process has started is looked up this seldom: that takes every process of the machine. */
const FAMILY_MS = 10_000

/** The same again and again, of those that were its family when it was last looked up. */
export function usageReader(
  pid: number,
  {platform, now}: {readonly platform: NodeJS.Platform; readonly now: () => number},
): () => Promise<BotUsage | undefined> {
  let family: readonly number[] = []
  let readAt = -Infinity
  const readFamily = async (): Promise<readonly ProcessUsage[]> => {
    const isDue = now() >= readAt + FAMILY_MS
    if (platform === 'linux' && !isDue) return readStats(family.map(String))
    const all = platform === 'linux' ? await readProc() : await readPs()
    const found = familyOf(pid, all)
    family = found.map((one) => one.pid)
    readAt = now()
    return found
  }
  return async () => {
    if (platform !== 'linux' && platform !== 'darwin') return undefined
    const found = await readFamily()
    if (!found.some((one) => one.pid === pid)) return undefined
    return platform === 'linux' ? sumOf(await Promise.all(found.map(withFiles))) : sumOf(found)
  }
}

/** The process of that pid and its descendants. */
export function familyOf<T extends Pick<ProcessUsage, 'pid' | 'parentPid'>>(
  pid: number,
  all: readonly T[],
): readonly T[] {
  const found = all.filter((one) => one.pid === pid)
  for (const parent of found) {
    found.push(...all.filter((one) => one.parentPid === parent.pid && !found.includes(one)))
  }
  return found
}

/** A number that one of them does not tell is not told of all. */
function sumOf(family: readonly ProcessUsage[]): BotUsage {
  const sum = (of: (one: ProcessUsage) => number | undefined) =>
    family.reduce<number | undefined>((total, one) => {
      const value = of(one)
      return total === undefined || value === undefined ? undefined : total + value
    }, 0)
  const openFiles = sum((one) => one.openFiles)
  const threads = sum((one) => one.threads)
  return {
    cpuMs: sum((one) => one.cpuMs) ?? 0,
    rssBytes: sum((one) => one.rssBytes) ?? 0,
    ...(openFiles === undefined ? {} : {openFiles}),
    ...(threads === undefined ? {} : {threads}),
  }
}

type Stat = {readonly pid: number; readonly parentPid: number; readonly cpuMs: number}

async function readProc(): Promise<readonly ProcessUsage[]> {
  const names = await readdir('/proc').catch(() => [])
  return readStats(names.filter((name) => /^\d+$/.test(name)))
}

async function readStats(pids: readonly string[]): Promise<readonly ProcessUsage[]> {
  const read = await Promise.all(
    pids.map(async (pid) => {
      // It may have ended meanwhile.
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      const stat = readStat(text)
      return stat ? [{...stat, rssBytes: 0}] : []
    }),
  )
  return read.flat()
}

/** On every Linux, whatever its kernel counts in (`man 5 proc`, `sysconf(_SC_CLK_TCK)`). */
const TICK_MS = 10

/** What `/proc/PID/stat` says; with the CPU time of the children that it has buried. */
export function readStat(text: string): Stat | undefined {
  // The name is in brackets, and may hold brackets and blanks.
  const [, pid, rest = ''] = /^(\d+) \(.*\) (.*)$/s.exec(text) ?? []
  const fields = rest.split(' ').map(Number)
  const [, parentPid] = fields
  if (pid === undefined || parentPid === undefined) return undefined
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0)
  return {pid: Number(pid), parentPid, cpuMs: ticks * TICK_MS}
}

/** What costs a file more is read of the family alone. */
async function withFiles(stat: ProcessUsage): Promise<ProcessUsage> {
  const folder = `/proc/${String(stat.pid)}`
  const status = await readFile(`${folder}/status`, 'utf8').catch(() => '')
  const files = await readdir(`${folder}/fd`).catch(() => undefined)
  const threads = /^Threads:\s+(\d+)/m.exec(status)?.[1]
  return {
    ...stat,
    rssBytes: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024,
    ...(files === undefined ? {} : {openFiles: files.length}),
    ...(threads === undefined ? {} : {threads: Number(threads)}),
  }
}

async function readPs(): Promise<readonly ProcessUsage[]> {
  const columns = ['-A', '-o', 'pid=,ppid=,rss=,time=']
  const {stdout} = await promisify(execFile)('ps', columns).catch(() => ({stdout: ''}))
  return readProcessList(stdout)
}

/** What `ps` of macOS prints: pid, parent, kilobytes, and minutes:seconds.hundredths of CPU time. */
export function readProcessList(text: string): readonly ProcessUsage[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parentPid, kilobytes, time] = line.trim().split(/\s+/)
    if (pid === undefined || time === undefined) return []
    const parts = time.split(/[:-]/).map(Number).reverse()
    const seconds = parts.reduce((sum, part, place) => sum + part * (UNITS_S[place] ?? 0), 0)
    return [
      {
        pid: Number(pid),
        parentPid: Number(parentPid),
        rssBytes: Number(kilobytes) * 1024,
        cpuMs: Math.round(seconds * 1000),
      },
    ]
  })
}

/** Seconds, minutes, hours and days, from the right. */
const UNITS_S = [1, 60, 3600, 86_400]
