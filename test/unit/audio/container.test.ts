import {expect, test} from 'vitest'

import {nameContainer} from '../../../src/audio/container.js'

const text = (letters: string) => new TextEncoder().encode(letters)
const latin1 = (letters: string) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0))

test.each([
  {start: latin1('ID3\x04\0\0'), name: 'an MP3'},
  {start: Uint8Array.of(0xff, 0xfb, 0x90, 0x64), name: 'an MP3'},
  {start: Uint8Array.of(0xff, 0xf3, 0x40, 0xc4), name: 'an MP3'},
  {start: Uint8Array.of(0xff, 0xf1, 0x50, 0x80), name: 'an AAC file'},
  {start: latin1('OggS\0\x02'), name: 'an Ogg file'},
  {start: latin1('fLaC\0\0'), name: 'a FLAC file'},
  {start: latin1('\0\0\0\x20ftypM4A '), name: 'an M4A or MP4 file'},
  {start: latin1('#!AMR\n'), name: 'an AMR file'},
  {start: latin1('FORM\0\0\x10\0AIFFCOMM'), name: 'an AIFF file'},
  {start: latin1('caff\0\x01'), name: 'a CAF file'},
  {start: latin1('.snd\0\0'), name: 'a Sun AU file'},
  {start: Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3, 0x9f), name: 'a WebM or Matroska file'},
  {start: latin1('RIFX\0\0\0\x24WAVE'), name: 'a big-endian WAV (RIFX)'},
  {start: latin1('RF64\xff\xff\xff\xffWAVE'), name: 'a 64-bit WAV (RF64)'},
  {start: latin1('RIFF\0\0\0\0AVI LIST'), name: 'an AVI file'},
  {start: latin1('RIFF\0\0\0\0WEBPVP8 '), name: 'a RIFF file other than a WAV'},
  {start: text('{"event": "media"}'), name: 'JSON'},
  {start: text('\n [1, 2]'), name: 'JSON'},
  {start: text('Guten Tag, schöne Grüße\r\n'), name: 'text'},
])('a file that starts like $name is called so', ({start, name}) => {
  expect(nameContainer(start)).toBe(name)
})

test('text that is cut within a letter is still text', () => {
  expect(nameContainer(text('ü'.repeat(300).padStart(301, 'x')))).toBe('text')
})

test.each([
  {what: 'zeros', bytes: new Uint8Array(64)},
  {what: 'raw samples', bytes: Uint8Array.of(0xff, 0x7f, 0x01, 0x80, 0xff)},
  {what: 'set bits without a layer', bytes: Uint8Array.of(0xff, 0xe8, 0x00, 0x00)},
  {what: 'set bits without a bitrate', bytes: Uint8Array.of(0xff, 0xfb, 0xff, 0xff)},
])('$what are nothing known', ({bytes}) => {
  expect(nameContainer(bytes)).toBeUndefined()
})
