"""The reference page: `/openapi.json` as one page of plain HTML that needs nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
body{color:#1b1b1b;background:#fff}
h1,h2,h3{line-height:1.2}h3{margin-top:2.5rem;border-top:1px solid #ccc;padding-top:1rem}
code{font:0.9em ui-monospace,monospace}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #e4e4e4}
.method{background:#0b4f6c;color:#fff;padding:.1rem .4rem;border-radius:.2rem;font-size:.8em}
@media (prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#8cc8ff}}
"""


def page(described: Mapping[str, Any]) -> str:
    """Return the page for an OpenAPI description."""
    info = described["info"]
    title = f"{info['title']} {info['version']}"
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1><p>{_prose(info.get('description', ''))}</p>",
            '<p>For machines: <a href="/openapi.json">/openapi.json</a></p>',
            *(part for tag in described["tags"] for part in _tag(described, tag)),
            "<h2>Models</h2>",
            *(part for item in sorted(described["components"]["schemas"].items()) for part in _model(*item)),
            "</body></html>",
        ),
    )


def _tag(described: Mapping[str, Any], tag: Mapping[str, str]) -> Iterator[str]:
    yield f"<h2>{escape(tag['name'].capitalize())}</h2><p>{_prose(tag['description'])}</p>"
    for path, item in described["paths"].items():
        for method, operation in item.items():
            if tag["name"] in operation.get("tags", ()):
                yield from _operation(path, method, operation)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(operation["operationId"])}"><span class="method">{method.upper()}</span> '
    yield f"<code>{escape(path)}</code></h3><p>{_prose(operation.get('description', ''))}</p>"
    parameters = operation.get("parameters", ())
    if parameters:
        yield "<table><tr><th>Parameter</th><th>In</th><th>Takes</th><th>Meaning</th></tr>"
        for item in parameters:
            cells = (item["name"], item["in"], _type(item.get("schema", {})), item.get("description", ""))
            yield f"<tr>{''.join(f'<td>{_prose(cell)}</td>' for cell in cells)}</tr>"
        yield "</table>"
    yield "<table><tr><th>Status</th><th>Answer</th></tr>"
    for status, response in sorted(operation["responses"].items()):
        kinds = " · ".join(
            f"{kind} {_type(held.get('schema', {}))}".strip()
            for kind, held in response.get("content", {}).items()
        )
        yield f"<tr><td>{escape(status)}</td><td>{_linked(kinds)} {_prose(response['description'])}</td></tr>"
    yield "</table>"


def _model(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{_prose(schema.get("description", ""))}</p>'
    yield "<table><tr><th>Field</th><th>Type</th><th>Meaning</th></tr>"
    for field, held in schema.get("properties", {}).items():
        cells = (f"<code>{escape(field)}</code>", _linked(_type(held)), _prose(held.get("description", "")))
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</table>"


def _type(schema: Mapping[str, Any]) -> str:
    """Return a type in words; models by their names after a `#`."""
    if "$ref" in schema:
        return "#" + str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_type(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", ""))


def _linked(text: str) -> str:
    """Return text with the names of models as links."""
    words = (escape(word) for word in text.split(" "))
    return " ".join(f'<a href="{word}">{word[1:]}</a>' if word.startswith("#") else word for word in words)


def _prose(text: str) -> str:
    """Return text with its code marked, and nothing else of it read as HTML."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
