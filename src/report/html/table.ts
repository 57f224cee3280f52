import {html, type Markup} from './markup.js'

/** The head of a column; `right` of one with numbers. */
type Head = string | {readonly right: string}

/** A table of rows that are `tr` already. */
export function drawTable(
  heads: readonly Head[],
  rows: readonly (Markup | undefined)[] | Markup,
): Markup {
  const cells = heads.map((head) =>
    typeof head === 'string' ? html`<th>${head}</th>` : html`<th class="right">${head.right}</th>`,
  )
  return html`<table>
    <thead>
      <tr>
        ${cells}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}
