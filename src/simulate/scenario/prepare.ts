import {createHash} from 'node:crypto'
import {basename} from 'node:path'

import {pcm16ToBytes} from '../../audio/pcm16.js'
import {ExostreamError} from '../../errors.js'
import type {ClipReader} from './clips.js'
import type {PlacedStep} from './expand.js'
import type {SoundFile} from './format/fields.js'
import type {Background, Clip, Step} from './scenario.js'

/** Steps as written become steps that can be played: every sound is read. */

type WrittenStep = PlacedStep['step']
type WithSound = Extract<
  WrittenStep,
  | {say: unknown}
  | {interrupt: unknown}
  | {backchannel: unknown}
  | {cough: unknown}
  | {sideTalk: unknown}
>

/** What cannot be read is told at once, each sentence once. */
export class SoundMistakes {
  readonly #found: ExostreamError[] = []

  /** @returns undefined when it could not be read, which is then noted */
  async try<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof ExostreamError)) throw error
      this.#found.push(error)
      return undefined
    }
  }

  /** @throws ExostreamError EXO_AUDIO_UNREADABLE, else EXO_NO_SPEECH or EXO_SPEECH_FAILED */
  check(): void {
    const [first] = this.#found
    if (!first) return
    const code =
      this.#found.find((error) => error.code === 'EXO_AUDIO_UNREADABLE')?.code ?? first.code
    const sentences = new Set(this.#found.map(({message}) => message))
    throw new ExostreamError(code, [...sentences].join('\n'), {cause: first.cause})
  }
}

export async function prepareStep(
  {step, place}: Pick<PlacedStep, 'step' | 'place'>,
  clips: ClipReader,
): Promise<Step> {
  const {folder} = place.document
  if ('noise' in step) {
    const {noise, label = noiseName(noise), ms, dbfs, ...rest} = step
    return {...rest, noise: {...(await clips.noise({noise, ms, dbfs}, folder)), label}}
  }
  return isSpoken(step) ? withClip(step, clips, folder) : step
}

function isSpoken(step: WrittenStep): step is WithSound {
  return ['say', 'interrupt', 'backchannel', 'cough', 'sideTalk'].some((verb) => verb in step)
}

async function withClip(step: WithSound, clips: ClipReader, folder: string): Promise<Step> {
  const clip = async (sound: SoundFile, label = nameOf(sound)): Promise<Clip> => ({
    ...(await clips.speech(sound, folder)),
    label,
  })
  if ('say' in step) {
    const {say, label, ...rest} = step
    return {...rest, say: await clip(say, label)}
  }
  if ('interrupt' in step) {
    const {interrupt, label, ...rest} = step
    return {...rest, interrupt: await clip(interrupt, label)}
  }
  if ('backchannel' in step) {
    const {backchannel, label, ...rest} = step
    return {...rest, backchannel: await clip(backchannel, label)}
  }
  if ('cough' in step) {
    const {cough, label, ...rest} = step
    return {...rest, backchannel: await clip(cough, label ?? `a cough: ${nameOf(cough)}`)}
  }
  const {sideTalk, label, ...rest} = step
  return {...rest, backchannel: await clip(sideTalk, label ?? `side-talk: ${nameOf(sideTalk)}`)}
}

function nameOf(sound: SoundFile): string {
  return typeof sound === 'string' ? basename(sound) : sound.text.slice(0, 200)
}

export function noiseName(noise: string): string {
  return noise === 'street' || noise === 'white' ? `${noise} noise` : basename(noise)
}

/** One hash over all that the caller says; undefined when it says nothing. */
export function hashOfAudio(
  steps: readonly Step[],
  background: Background | undefined,
): string | undefined {
  const sounds = [...(background ? [background] : []), ...steps.flatMap(clipsOf)]
  if (sounds.length === 0) return undefined
  const hash = createHash('sha256')
  for (const {pcm} of sounds) hash.update(pcm16ToBytes(pcm))
  return hash.digest('hex')
}

function clipsOf(step: Step): readonly Clip[] {
  if ('say' in step) return [step.say]
  if ('interrupt' in step) return [step.interrupt]
  if ('backchannel' in step) return [step.backchannel]
  return 'noise' in step ? [step.noise] : []
}
