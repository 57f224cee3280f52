import type {ProgramResult, RunProgram} from '../../../../src/doctor/world.js'

/** What a program said: its output, or how it ended. */
export type Said = string | ProgramResult

/** Programs that say what is given, by how they are called; all others are not installed. */
export function programsSaying(said: Readonly<Record<string, Said>>): RunProgram {
  return (program, args) => {
    const found = said[[program, ...args].join(' ')] ?? said[program]
    if (found === undefined) {
      return Promise.resolve({kind: 'missing', words: `${program}: not found`})
    }
    const result: ProgramResult =
      typeof found === 'string' ? {kind: 'ended', code: 0, stdout: found, stderr: ''} : found
    return Promise.resolve(result)
  }
}

export function refusedWith(stderr: string, code = 1): ProgramResult {
  return {kind: 'ended', code, stdout: '', stderr}
}
