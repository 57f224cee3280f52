import {availableParallelism, cpus, release, totalmem, type} from 'node:os'

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
