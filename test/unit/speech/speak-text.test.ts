import {chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {delimiter, join, relative} from 'node:path'

import {afterEach, beforeEach, describe, expect, test} from 'vitest'

import {wavHeader} from '../../../src/audio/wav.js'
import {speakText} from '../../../src/speech/speak-text.js'

let folder = ''
let programs = ''
let cacheDir = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exostream-speak-'))
  programs = join(folder, 'bin')
  cacheDir = join(folder, 'cache')
  await mkdir(programs)
})
afterEach(() => rm(folder, {recursive: true}))

const options = () => ({cacheDir, path: programs})

/** A program of that name which notes each text it is given. */
async function install(name: string, script: string): Promise<void> {
  const wav = Buffer.concat([
    wavHeader({sampleRateHz: 22_050, channels: 1, dataBytes: 200}),
    Buffer.alloc(200, 1),
  ])
  await writeFile(join(folder, 'spoken.wav'), wav)
  const head = `#!/bin/sh\nPATH=/usr/bin:/bin\ncd '${folder}'\n`
  const version = 'if [ "$1" = --version ]; then echo "version 1.51"; exit 0; fi\n'
  await writeFile(join(programs, name), `${head}${version}${script}\n`)
  await chmod(join(programs, name), 0o755)
}

const speaks = 'echo "$@" >> args.txt; cat >> texts.txt; cat spoken.wav'
const noted = (name: string) => readFile(join(folder, name), 'utf8')

describe('a text is spoken', () => {
  test('by espeak-ng, which gets it on its standard input', async () => {
    await install('espeak-ng', speaks)

    const spoken = await speakText({text: '--help; $(date)'}, options())

    expect(spoken).toMatchObject({sampleRateHz: 22_050, engine: 'espeak-ng'})
    expect(spoken.pcm).toEqual(new Int16Array(100).fill(0x0101))
    expect(await noted('texts.txt')).toBe('--help; $(date)\n')
    expect(await noted('args.txt')).toBe('--stdin -v en --stdout\n')
  })

  test('in Hindi by the voice for it', async () => {
    await install('espeak-ng', speaks)

    await speakText({text: 'नमस्ते', language: 'hi'}, options())

    expect(await noted('args.txt')).toContain('-v hi')
    expect(await noted('texts.txt')).toBe('नमस्ते\n')
  })

  test('by flite where espeak-ng is missing, into a file that is gone afterwards', async () => {
    await install('flite', 'echo "$4" > file.txt; cat > texts.txt; cp spoken.wav "$4"')

    const spoken = await speakText({text: 'Hello.'}, options())

    expect(spoken).toMatchObject({engine: 'flite', sampleRateHz: 22_050})
    const file = (await noted('file.txt')).trim()
    await expect(stat(file)).rejects.toThrow(/ENOENT/)
  })

  test('once: the second time it comes out of the cache', async () => {
    await install('espeak-ng', speaks)

    const first = await speakText({text: 'Hello.'}, options())
    const second = await speakText({text: 'Hello.'}, options())
    await speakText({text: 'Goodbye.'}, options())

    expect(second).toEqual(first)
    expect(await noted('texts.txt')).toBe('Hello.\nGoodbye.\n')
  })

  test.each([
    ['cut short', (wav: Buffer) => wav.subarray(0, 100)],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from('this is no audio')],
  ])('again when what was kept is %s', async (_, damage) => {
    await install('espeak-ng', speaks)
    const first = await speakText({text: 'Hello.'}, options())
    const [file = ''] = await readdir(cacheDir)
    const kept = join(cacheDir, file)
    await writeFile(kept, damage(await readFile(kept)))

    const second = await speakText({text: 'Hello.'}, options())

    expect(second).toEqual(first)
    expect(await noted('texts.txt')).toBe('Hello.\nHello.\n')
    expect(await readdir(cacheDir)).toEqual([file])
  })

  test('without a cache where none can be written', async () => {
    await install('espeak-ng', speaks)
    await writeFile(cacheDir, 'a file where the folder should be')

    await expect(speakText({text: 'Hello.'}, options())).resolves.toMatchObject({
      engine: 'espeak-ng',
    })
  })
})

describe('a text is not spoken', () => {
  test('where nothing is installed that speaks', async () => {
    await expect(speakText({text: 'Hello.'}, options())).rejects.toMatchObject({
      code: 'EXO_NO_SPEECH',
      message: 'A text needs espeak-ng or flite to speak it, and neither is installed.',
    })
  })

  test('by a program in a folder that is named by a relative path, or by none', async () => {
    await install('espeak-ng', speaks)
    const path = ['', '.', relative(process.cwd(), programs)].join(delimiter)

    await expect(speakText({text: 'Hello.'}, {cacheDir, path})).rejects.toMatchObject({
      code: 'EXO_NO_SPEECH',
    })
  })

  test('in Hindi by flite', async () => {
    await install('flite', 'cat')

    await expect(speakText({text: 'नमस्ते', language: 'hi'}, options())).rejects.toMatchObject({
      code: 'EXO_NO_SPEECH',
      message: 'A text in Hindi needs espeak-ng to speak it, which is not installed.',
    })
  })

  test.each([
    ['that fails', 'echo "no voice" >&2; exit 1', 'espeak-ng could not speak: no voice.'],
    ['that says nothing', 'cat > /dev/null', 'espeak-ng said nothing for "Hello.".'],
    ['that never stops', 'cat /dev/zero', 'espeak-ng could not speak: it said too much.'],
  ])('by a program %s', async (_, script, message) => {
    await install('espeak-ng', script)

    await expect(speakText({text: 'Hello.'}, options())).rejects.toMatchObject({
      code: 'EXO_SPEECH_FAILED',
      message,
    })
  })

  test('when the run is ended meanwhile', async () => {
    await install('espeak-ng', 'exec sleep 60')
    const abort = new AbortController()
    const speaking = speakText({text: 'Hello.'}, {...options(), signal: abort.signal})
    abort.abort()

    await expect(speaking).rejects.toThrow(/abort/i)
  })

  test('when it is longer than a line of a call', async () => {
    await expect(speakText({text: 'a'.repeat(501)}, options())).rejects.toThrow(RangeError)
  })
})
