import {expect, test} from 'vitest'

import {goTime, nameOf} from '../../../../../src/doctor/host/tls/certificate.js'

test.each([
  {subject: 'C=US\nO=An Authority\nCN=R3', name: 'R3'},
  {subject: 'C=US\nO=An Authority', name: 'An Authority'},
  {subject: 'C=US', name: 'C=US'},
  {subject: 'CN=a=b', name: 'a=b'},
  {subject: 'CN=\u001b[2Jred', name: '[2Jred'},
  {subject: `CN=${'x'.repeat(200)}`, name: 'x'.repeat(80)},
])('of a subject the shortest name is told, safe to print: $name', ({subject, name}) => {
  expect(nameOf(subject)).toBe(name)
})

test.each([
  {time: 'Nov 21 10:00:00 2026 GMT', told: '2026-11-21T10:00:00Z'},
  {time: 'Bad time value', told: 'an unknown time'},
])('the time $time is $told in the form of Go', ({time, told}) => {
  expect(goTime(time)).toBe(told)
})
