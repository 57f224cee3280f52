import {expect, test} from 'vitest'

import {systemLookup} from '../../../../src/doctor/host/system-lookup.js'

// Neither name leaves this machine: the first is in its hosts file, the second is reserved (RFC 6761).
test('the name of this machine is found as the system has it', async () => {
  const found = await systemLookup('localhost')

  expect(found.map(({address}) => address)).toContainEqual(
    expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
  )
})

test('an address is found as it is, without anybody being asked', async () => {
  expect(await systemLookup('127.0.0.7')).toEqual([{address: '127.0.0.7', family: 4}])
})

test.each(['bad name', '-e', '--version', "'; process.exit(7)"])(
  '%j is a name that is not found, and nothing else',
  async (name) => {
    // A name with such characters is refused before any resolver is asked.
    await expect(systemLookup(name)).rejects.toMatchObject({hostname: name})
  },
)
