import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

import {expect, test} from 'vitest'

import {readReportsAt} from '../../../src/cli/read-report.js'

test('every file that is no report is named, not the first alone', async ({onTestFinished}) => {
  const folder = await mkdtemp(join(tmpdir(), 'exostream-read-'))
  onTestFinished(() => rm(folder, {recursive: true}))
  const broken = join(folder, 'broken.json')
  await writeFile(broken, 'my words')
  const missing = join(folder, 'missing.json')

  const reading = readReportsAt([broken, missing], 10)

  await expect(reading).rejects.toMatchObject({
    code: 'EXO_REPORT_INVALID',
    message: expect.stringMatching(
      /broken\.json is not JSON.*missing\.json cannot be read/,
    ) as string,
  })
})
