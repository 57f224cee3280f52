import {describe, expect, test} from 'vitest'

import {virtualConformance} from '../../../rig/conformance-run.js'
import {soundProcess} from '../../../rig/bot-process.js'
import {acrossCallFaults} from '../../../rig/faulty-bots/across-calls.js'

const styles = [
  {seed: 1, answerMs: 100, hz: 300, speechMs: 1800},
  {seed: 2, answerMs: 900, hz: 150, speechMs: 1500},
]

describe.each(styles)('with the seed $seed', ({seed, ...style}) => {
  test('a sound bot breaks no rule and gets no diagnosis', async () => {
    const {rules, diagnosis} = await virtualConformance({bot: soundProcess(style), seed})

    expect(rules.filter(({status}) => status === 'fail' || status === 'warn')).toEqual([])
    expect(diagnosis).toBeUndefined()
  })

  test.each(acrossCallFaults)('a bot that $name is told as $cause', async ({start, cause}) => {
    const {rules, diagnosis} = await virtualConformance({bot: start(style), seed})

    expect(diagnosis?.cause).toBe(cause)
    expect(rules.some(({status}) => status === 'fail' || status === 'warn')).toBe(true)
  })
})
