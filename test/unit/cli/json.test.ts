import {expect, test} from 'vitest'

import {wantsJson} from '../../../src/cli/json.js'

test.for([
  [['simulate', '--json'], {}, true],
  [['simulate'], {}, false],
  [['simulate', '--', '--json'], {}, false],
  [['simulate'], {EXOSTREAM_JSON: 'true'}, true],
  [['simulate'], {EXOSTREAM_JSON: '0'}, false],
] as const)('%j under %j asks for JSON: %s', ([argv, env, wanted]) => {
  expect(wantsJson(argv, env)).toBe(wanted)
})
