import {execFileSync} from 'node:child_process'
import {availableParallelism, cpus, release, totalmem, type} from 'node:os'

import {root} from './children.mjs'

/** @typedef {{readonly cpu: string, readonly cores: number, readonly memoryGb: number, readonly node: string, readonly system: string}} Machine */

/** @returns {Machine} */
export function machineNow() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${type()} ${release()}`,
  }
}

/**
 * What is measured; undefined where it is not known. A plus: with changes that are in no commit.
 * @returns {string | undefined}
 */
export function commitNow() {
  /** @param {readonly string[]} args */
  const git = (args) =>
    execFileSync('git', [...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  try {
    const commit = git(['rev-parse', '--short=12', 'HEAD']).trim()
    return git(['status', '--porcelain']) === '' ? commit : `${commit}+`
  } catch {
    return undefined
  }
}
