import {constants} from 'node:buffer'
import {mkdtemp, rm, truncate, writeFile} from 'node:fs/promises'
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

test('a report that is longer than a string can be is refused by its size, unread', async ({
  onTestFinished,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'exostream-read-'))
  onTestFinished(() => rm(folder, {recursive: true}))
  const path = join(folder, 'report.json')
  await writeFile(path, '{}')
  // Without any blocks on the disk.
  await truncate(path, constants.MAX_STRING_LENGTH + 1)

  for (const named of [path, folder]) {
    await expect(readReportsAt([named], 10)).rejects.toMatchObject({
      code: 'EXO_REPORT_INVALID',
      message: `${path} is 512 MB, and a report of more than 511 MB cannot be read.`,
      hint: expect.stringMatching(/^Make runs of fewer calls, or of shorter ones/) as string,
    })
  }
})
