"""The look of a page: the window's light colours, figures in columns, and whole tables on paper."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f1f3f6; color: #14181f;
  font: 14px/1.5 "Segoe UI", system-ui, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
header h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
header p, .muted, .note { color: #4d5764; }
h2 { font-size: 17px; margin: 0 0 12px; }
h3 { font-size: 15px; margin: 0; }
section { background: #fff; border: 1px solid #e0e4ea; border-radius: 8px; padding: 20px 24px; margin: 16px 0; }
.warning { background: #f9e0d0; border-left: 4px solid #b94e08; border-radius: 8px; padding: 12px 16px; }
.note { font-size: 12.5px; margin: 10px 0 0; max-width: 96ch; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(400px, 1fr)); gap: 16px; padding: 0;
  background: none; border: 0; margin: 24px 0 8px; }
.card { background: #fff; border: 1px solid #e0e4ea; border-radius: 8px; padding: 16px 20px; }
.card p { margin: 0 0 8px; }
.card dl { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; margin: 0; align-items: baseline; }
.card dt { color: #4d5764; font-size: 12.5px; }
.card dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.card b { font-size: 17px; }
.card span { color: #67717e; font-size: 11.5px; }
.words { display: grid; grid-template-columns: 140px 1fr; gap: 4px 16px; margin: 0; }
.words dt { font-weight: 600; }
.words dd { margin: 0; color: #4d5764; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 6px 0 6px 14px; vertical-align: baseline; }
td { white-space: nowrap; border-top: 1px solid #e0e4ea; }
th { color: #4d5764; font-weight: 600; font-size: 12px; vertical-align: bottom; }
th.word, td.word { text-align: left; }
th:first-child, td:first-child { padding-left: 0; }
td.word:first-child { font-weight: 600; }
tr.again td { border-top: 0; padding-top: 0; }
.plots { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 24px; padding: 12px 0; break-inside: avoid; }
.plots h3 { grid-column: 1 / -1; }
.plots + .plots { border-top: 1px solid #e0e4ea; }
figure { margin: 0; }
figure svg { width: 100%; height: auto; }
ul { margin: 0; padding-left: 20px; }
@media (max-width: 720px) { .plots { grid-template-columns: 1fr; } }
@page { size: A4; margin: 14mm; }
@media print {
  body { background: #fff; font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section, .card { border-color: #c4cbd5; padding: 12px 14px; }
  section { break-inside: auto; }
  h2, h3 { break-after: avoid; }
  tr, .card { break-inside: avoid; }
  table { font-size: 7.6pt; }
  th { font-size: 7pt; }
  th, td { padding-left: 8px; }
  .scroll { overflow: visible; }
}
"""
