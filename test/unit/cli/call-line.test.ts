import {expect, test} from 'vitest'

import {showRun} from '../../../src/cli/call-line.js'
import {createOutput} from '../../../src/cli/output.js'
import {salesCall} from '../report/reports.js'

test('of several calls each stream is told with its applet', () => {
  const said: string[] = []
  const stream = {isTTY: false, columns: 80, write: (text: string) => said.push(text)}
  const world = {stdout: stream, stderr: stream, env: {}}
  const scenario = {name: 'sales', description: '', steps: [], thresholds: []}
  const planned = {scenario, index: 0, of: 2, flow: {applet: 'bot', stream: 0}}

  showRun(createOutput({json: false}, world)).onCall?.(salesCall, planned)

  expect(said).toEqual(['call 1 of 2, bot: sales, 48.2 s, pass\n'])
})
