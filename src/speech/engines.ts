import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {ExostreamError} from '../errors.js'
import {findProgram, type ProgramResult, runProgram} from './program.js'

export type Language = 'en' | 'hi'

/** A program that speaks, as it was found on this machine. */
export type Engine = {
  readonly name: 'espeak-ng' | 'flite'
  readonly version: string
  readonly voice: string
  /** The bytes of a WAV file. @throws ExostreamError EXO_SPEECH_FAILED */
  speak(text: string, signal?: AbortSignal): Promise<Uint8Array>
}

/** espeak-ng has no English of India. */
const ESPEAK_VOICES: Readonly<Record<Language, string>> = {en: 'en', hi: 'hi'}
const FLITE_VOICE = 'slt'

/**
 * The program that speaks a language: espeak-ng, else flite for English.
 * @param path where programs are looked for; the PATH of this process when absent
 */
export async function findEngine(language: Language, path?: string): Promise<Engine | undefined> {
  const espeak = await findProgram('espeak-ng', path)
  if (espeak !== undefined) return espeakEngine(espeak, ESPEAK_VOICES[language])
  const flite = language === 'en' ? await findProgram('flite', path) : undefined
  return flite === undefined ? undefined : fliteEngine(flite)
}

async function espeakEngine(program: string, voice: string): Promise<Engine> {
  return {
    name: 'espeak-ng',
    version: await versionOf(program),
    voice,
    async speak(text, signal) {
      const args = ['--stdin', '-v', voice, '--stdout']
      const result = await run('espeak-ng', {program, args, text, signal})
      return result.stdout
    },
  }
}

async function fliteEngine(program: string): Promise<Engine> {
  return {
    name: 'flite',
    version: await versionOf(program),
    voice: FLITE_VOICE,
    async speak(text, signal) {
      // flite goes back to write the length of its WAV, which a pipe cannot.
      const folder = await mkdtemp(join(tmpdir(), 'exostream-flite-'))
      try {
        const file = join(folder, 'spoken.wav')
        await run('flite', {program, args: ['-voice', FLITE_VOICE, '-o', file], text, signal})
        return await readFile(file)
      } finally {
        await rm(folder, {recursive: true, force: true})
      }
    },
  }
}

/** flite tells its version and ends with 1; only what it says counts. */
async function versionOf(program: string): Promise<string> {
  const {stdout, stderr} = await runProgram({program, args: ['--version'], input: ''})
  const said = Buffer.concat([stdout, stderr]).toString('utf8')
  return /\d+(?:\.\d+)+/.exec(said)?.[0] ?? 'unknown'
}

async function run(
  name: string,
  request: {
    readonly program: string
    readonly args: readonly string[]
    readonly text: string
    readonly signal: AbortSignal | undefined
  },
): Promise<ProgramResult> {
  const {program, args, text, signal} = request
  const result = await runProgram({
    program,
    args,
    input: `${text}\n`,
    ...(signal ? {signal} : {}),
  })
  if (result.failure === undefined) return result
  throw new ExostreamError('EXO_SPEECH_FAILED', `${name} could not speak: ${result.failure}.`)
}
