import fc from 'fast-check'

/** One of the texts with pieces cut out, doubled or replaced. */
export function mutatedText(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...texts),
      fc.array(
        fc.record({
          at: fc.double({min: 0, max: 1, noNaN: true}),
          cut: fc.nat(20),
          put: fc.oneof(
            fc.constantFrom(
              '\n',
              '- ',
              ': ',
              '{',
              '}',
              '[',
              ']',
              '&a ',
              '*a',
              '!!',
              '\t',
              '0',
              '~',
            ),
            fc.string({maxLength: 5}),
          ),
        }),
        {minLength: 1, maxLength: 5},
      ),
    )
    .map(([text, changes]) =>
      changes.reduce((changed, {at, cut, put}) => {
        const from = Math.floor(at * changed.length)
        return changed.slice(0, from) + put + changed.slice(from + cut)
      }, text),
    )
}
