import fc from 'fast-check'
import {expect, test} from 'vitest'

import {coordinate, html, plain, trusted} from '../../../../src/report/html/markup.js'

test('a text is escaped, wherever it stands', () => {
  const text = `<b title="it's">&`

  expect(html`<p title="${text}">${text}</p>`.markup).toBe(
    '<p title="&lt;b title=&quot;it&#39;s&quot;&gt;&amp;">&lt;b title=&quot;it&#39;s&quot;&gt;&amp;</p>',
  )
})

test('no text comes out with a character that HTML knows', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), (text) => {
      expect(html`${text}`.markup.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[<>"'&]/)
    }),
  )
})

test('a telephone number and a password are masked, but not in a path', () => {
  expect(html`${'wss://key:secret@h/ +919876543210'}`.markup).toBe('wss://***@h/ +********3210')
  expect(html`${plain('/calls/9876543210/<a>.wav')}`.markup).toBe('/calls/9876543210/&lt;a&gt;.wav')
})

test('what is HTML already is left, lists are joined, and what is missing leaves nothing', () => {
  const items = ['a', '<'].map((text) => html`<b>${text}</b>`)

  const {markup} = html`${items}${undefined}${false}${[undefined]}${trusted('<hr>')}${7}`

  expect(markup).toBe('<b>a</b><b>&lt;</b><hr>7')
})

test.for([
  [1.04, '1'],
  [1.05, '1.1'],
  [-0.01, '0'],
] as const)('the coordinate %d is written %s', ([value, text]) => {
  expect(coordinate(value)).toBe(text)
})
