/** The look of a page: system fonts, few colours, and a word wherever a colour says something. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fcfcfb;--sheet:#fff;--ink:#1b1f24;--soft:#5b636d;--line:#dfe2e5;--tint:#f3f4f4;
--good:#14713f;--bad:#b1231b;--warn:#855600;--caller:#1f66ad;--bot:#a8540f;--both:#7a3fa0;--bad-tint:#fdf1ef;--focus:#1f66ad}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--sheet:#1a1e22;--ink:#e6e8ea;--soft:#9aa3ad;--line:#31373d;--tint:#20252a;
--good:#63c78d;--bad:#ff8d80;--warn:#e3b34f;--caller:#6fb1f2;--bot:#eaa15f;--both:#c79be8;--bad-tint:#2c1d1c;--focus:#6fb1f2}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Devanagari",sans-serif}
main,header,footer{max-width:1200px;margin:0 auto;padding:0 28px}
header{padding-top:44px}
h1,h2,h3{line-height:1.25;font-weight:650;letter-spacing:-.01em;margin:0;text-wrap:balance;overflow-wrap:anywhere}
h1{font-size:30px}h2{font-size:22px}h3{font-size:15px;margin:34px 0 10px}
p{margin:0 0 8px;overflow-wrap:anywhere}
.brand,.note,.sub,.soft{color:var(--soft)}
.brand{font-size:13px;margin-bottom:14px}.note{font-size:13px}.sub{font-size:15px;margin-top:8px}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em}
.num{font-variant-numeric:tabular-nums;white-space:nowrap}
.word{font-weight:650;white-space:nowrap}
.pass{color:var(--good)}.fail,.error{color:var(--bad)}.not-measured,.warn,.warning,.upper-bound{color:var(--warn)}.void{color:var(--bad)}.info,.not-tried{color:var(--soft)}
h1 .word,h2 .word{display:inline-block;border:1.5px solid currentColor;border-radius:6px;padding:0 9px;margin-right:10px}
h2 .word{font-size:15px;padding:1px 7px;vertical-align:3px}
.cause{background:var(--sheet);border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:8px;padding:18px 22px;margin:24px 0 0}
.cause h3{margin:0 0 6px;color:var(--soft);font-weight:600;font-size:13px}
.cause .lead{font-size:19px;line-height:1.4;margin-bottom:12px}
.cause ul{margin:4px 0 0;padding-left:20px;color:var(--soft);font-size:14px}
.figures{display:flex;flex-wrap:wrap;gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:26px 0 0;padding:0;list-style:none}
.figures li{background:var(--sheet);padding:14px 18px;flex:1 1 165px}
.figures b{display:block;font-size:24px;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.02em;line-height:1.3}
.figures span{display:block;font-size:13px;color:var(--soft)}
section{margin-top:52px;border-top:1px solid var(--line);padding-top:26px}
section>h2{margin-bottom:10px}
.score{overflow-x:auto;margin:18px -6px 0;padding:6px;border-radius:6px}
.row{display:block;width:100%;min-width:940px;height:auto;font-size:11.5px;overflow:visible;margin-bottom:6px}
.row.seeks{cursor:pointer}
.row text{fill:var(--soft);font-family:inherit;font-variant-numeric:tabular-nums}
.grid,.silence{stroke:var(--line);stroke-width:1}.silence{stroke-dasharray:none}
.row .lane{font-weight:600;font-size:12.5px}.row .level{font-size:10px}
.row text.caller{fill:var(--caller)}.row text.bot{fill:var(--bot)}
.wave.caller{fill:var(--caller)}.wave.bot{fill:var(--bot)}
.span.caller{fill:var(--caller);opacity:.13}.span.bot{fill:var(--bot);opacity:.13}.span.solid{opacity:.85}
.span.both{fill:var(--both);opacity:.2}
.flag line{stroke:var(--soft);stroke-width:1;opacity:.55}.flag rect{fill:var(--ink)}.row .flag text{fill:var(--paper);font-weight:600;font-size:11px}
.flag:hover rect,.flag:focus rect{fill:var(--focus)}
.measure path{fill:none;stroke:var(--ink);stroke-width:1.5}.row .measure text{fill:var(--ink);font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.measure.fail path{stroke:var(--bad)}.row .measure.fail text{fill:var(--bad)}
.spot path{fill:var(--soft);stroke:none}.spot.clear path{fill:var(--caller)}.spot.gap path{fill:none;stroke:var(--bad);stroke-width:1.5}.spot.finding path{fill:var(--bad)}.spot.end path{fill:none;stroke:var(--ink);stroke-width:1.8}
.spot:hover path,.spot:focus path{stroke:var(--focus);stroke-width:2}
.area{fill:var(--caller);opacity:.28}.line{fill:none;stroke:var(--bot);stroke-width:1.8;stroke-linejoin:round}.bar.failed{fill:var(--bad)}.chart .axis{font-size:12.5px}
.dot{fill:none;stroke-width:2}.dot.held{fill:var(--good);stroke:var(--good)}.dot.broken{stroke:var(--bad)}.dot.void{stroke:var(--warn);color:inherit}
.knee{stroke:var(--focus);stroke-width:1.5;stroke-dasharray:5 4}.limit{stroke:var(--bad);stroke-width:1;stroke-dasharray:2 3}
.lead.void{font-size:19px;margin-top:14px}
.playhead{stroke:var(--bad);stroke-width:1.5}
.sideways{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:6px 0 4px;padding:0;list-style:none;font-size:13px;color:var(--soft)}
.legend i{display:inline-block;width:18px;height:10px;border-radius:2px;margin-right:6px;background:var(--soft)}
.legend .caller i{background:var(--caller)}.legend .bot i{background:var(--bot)}.legend .both i{background:var(--both);opacity:.45}
.key{width:14px;height:14px;vertical-align:-2px;margin-right:5px}
audio{width:100%;margin:10px 0 2px}
table{border-collapse:collapse;width:100%;font-size:14.5px}
th{font-weight:600;text-align:left;color:var(--soft);font-size:13px;border-bottom:1px solid var(--line);padding:6px 12px 6px 0;white-space:nowrap}
td{border-bottom:1px solid var(--line);padding:9px 12px 9px 0;vertical-align:top;overflow-wrap:anywhere}
td.right,th.right{text-align:right}td.right:last-child,th.right:last-child{padding-right:0}
td .why{display:block;color:var(--soft);font-size:13.5px;margin-top:2px}
td.right+td:not(.right),th.right+th:not(.right){padding-left:14px}
tr:target td{background:var(--tint)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 22px;margin:0;font-size:14.5px}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;min-width:0}
.finding-row{border-bottom:1px solid var(--line);padding:12px 0}.finding-row p{margin:3px 0 0;font-size:14.5px}
details{margin-top:14px}summary{cursor:pointer;font-size:14.5px;padding:4px 0}
pre{background:var(--tint);border:1px solid var(--line);border-radius:8px;padding:14px 16px;overflow-x:auto;line-height:1.5;margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere}
button{font:inherit;font-size:13px;color:var(--ink);background:var(--sheet);border:1px solid var(--line);border-radius:6px;padding:3px 10px;cursor:pointer;white-space:nowrap}td button{padding:0 8px;margin-left:6px;font-size:12px}
button:hover{border-color:var(--focus)}
a{color:inherit;text-underline-offset:3px}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
footer{margin-top:56px;padding-top:18px;padding-bottom:48px;color:var(--soft);font-size:13px}
@media (max-width:680px){.sideways{display:block}main,header,footer{padding-left:18px;padding-right:18px}header{padding-top:26px}h1{font-size:24px}h1 .word{display:table;margin-bottom:8px}
.figures li{padding:11px 14px;flex-basis:140px}.figures b{font-size:20px}
.cause{padding:14px 16px}.cause .lead{font-size:17px}
table,tbody,tr,td{display:block;width:auto}thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden;white-space:nowrap}
tr{border-bottom:1px solid var(--line);padding:9px 0}td,td.right{border:0;padding:1px 0;text-align:left}
td[data-is]::before{content:attr(data-is) " ";color:var(--soft);font-size:13px}td:empty{display:none}
td.right+td:not(.right){padding-left:0}.metrics td{display:inline;padding-right:14px}.metrics td:first-child{display:block;font-weight:600}.metrics td:last-child{display:block;color:var(--soft)}.metrics td:nth-child(2){display:none}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
@media print{:root{--paper:#fff;--sheet:#fff;--ink:#000;--soft:#444;--line:#bbb}body{font-size:12px}
header{padding-top:0}section,.cause,.row,tr,.finding-row{break-inside:avoid}section.call{break-inside:auto}
.score{overflow:visible}.row{min-width:0}audio,button,.player{display:none}*{print-color-adjust:exact}}
`
