import {describe, expect, test} from 'vitest'

import {redirected} from '../../../../../src/doctor/answer/refusals/redirect.js'
import type {Refusal} from '../../../../../src/doctor/answer/refusals/refusal.js'
import {targetOf} from '../../../../rig/doctor/examine.js'

const hop = {
  role: 'stream',
  text: 'ws://key:secret@bot.example.org:8080/media?sample-rate=8000',
} as const

const fixOf = ({fix}: Refusal) =>
  typeof fix === 'string' ? fix : fix({known: {}, hop, target: targetOf(hop.text)})

describe('the URL that a redirect leads to', () => {
  test.each([
    ['https://bot.example.org/media', 'wss://KEY:TOKEN@bot.example.org/media?sample-rate=8000'],
    ['https://bot.example.org:8443/a?b=c', 'wss://KEY:TOKEN@bot.example.org:8443/a?b=c'],
    ['/media/', 'ws://KEY:TOKEN@bot.example.org:8080/media/?sample-rate=8000'],
    ['//other.example.org/x', 'ws://KEY:TOKEN@other.example.org/x?sample-rate=8000'],
    ['wss://other.example.org/x', 'wss://KEY:TOKEN@other.example.org/x?sample-rate=8000'],
    ['https://u:p@other.example.org/x', 'wss://KEY:TOKEN@other.example.org/x?sample-rate=8000'],
  ])('is whole and without secrets for %s', (location, url) => {
    const fix = fixOf(redirected(hop, location))

    expect(fix).toMatch(/Put this URL into the applet, with your own values for KEY:TOKEN:\n/)
    expect(fix.split('\n').at(-1)).toBe(url)
  })

  test.each([undefined, 'http://', 'mailto:somebody', 'javascript:void(0)'])(
    'is none for %s',
    (location) => {
      expect(redirected(hop, location).means).toBe('a redirect that names no URL to go to')
    },
  )

  test.each([
    'https://accounts.example.org/login?next=x',
    'https://team.cloudflareaccess.com/cdn-cgi/x',
    '/oauth2/start',
  ])('is a login at %s', (location) => {
    expect(redirected(hop, location).means).toContain('page to log in')
  })

  test('is shown bounded, without secrets of its query and without control characters', () => {
    const {means} = redirected(hop, `https://x.example/${'y'.repeat(900)}`)
    const shown = redirected(hop, '/a?token=abc&b=1\u009b').means

    expect(means.length).toBeLessThan(150)
    expect(shown).toBe('a redirect to http://bot.example.org:8080/a?token=***&b=1%C2%9B')
  })
})
