"""A sheet as one HTML file that needs nothing from elsewhere, on the screen and on paper."""

from collections.abc import Iterable, Iterator
from html import escape

from cockpit.present.sheet_blocks import (
    Block,
    Code,
    Facts,
    Heading,
    Lines,
    Paragraph,
    Picture,
    Tasks,
)

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1f26; --back: #fff; --soft: #4c5663; --line: #c9d0d8;
  --code: #f1f3f6; --grave: #9c3700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ed; --back: #11161d; --soft: #9aa4b2;
  --line: #56606e; --code: #1b222c; --grave: #ff8a4c; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2rem;
  border-top: 1px solid var(--line); padding-top: .8rem; }
table { border-collapse: collapse; width: 100%; } td { vertical-align: top; padding: .15rem 0; }
td:first-child { color: var(--soft); white-space: nowrap; padding-right: 1.5rem; width: 1%; }
pre { background: var(--code); padding: .7rem .9rem; overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; font: 14px/1.45 ui-monospace, Menlo, Consolas, monospace; }
pre.remarks { background: none; border-left: 3px solid var(--line); padding: 0 .9rem; }
p.grave { color: var(--grave); font-weight: 600; border-left: 4px solid; padding-left: .8rem; }
figure { margin: 1rem 0; } figure svg { width: 100%; height: auto; }
figcaption { color: var(--soft); } ul.tasks { list-style: none; padding: 0; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } pre { font-size: 9pt; }
  h2, figure, pre { break-inside: avoid; } }
"""
_HEAD = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
)


def html(blocks: Iterable[Block]) -> str:
    """The whole document; pictures are inside as SVG."""
    shown = tuple(blocks)
    title = next((b.text for b in shown if isinstance(b, Heading)), "plan")
    body = "\n".join(part for block in shown for part in _block(block))
    return (
        f"{_HEAD}<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text, grave):
            look = ' class="grave"' if grave else ""
            yield f"<p{look}>{escape(text)}</p>"
        case Facts(rows):
            cells = (f"<tr><td>{escape(n)}</td><td>{escape(w)}</td></tr>" for n, w in rows)
            yield f"<table>{''.join(cells)}</table>"
        case Lines(rows):
            yield f'<pre class="remarks">{escape(chr(10).join(rows))}</pre>'
        case Code(text, _):
            yield f"<pre><code>{escape(text)}</code></pre>"
        case Tasks(rows):
            items = (f'<li><input type="checkbox"> {escape(row)}</li>' for row in rows)
            yield '<ul class="tasks">' + "".join(items) + "</ul>"
        case Picture(title, svg, _):
            yield f"<figure>{svg}<figcaption>{escape(title)}</figcaption></figure>"
