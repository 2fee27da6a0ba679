"""The OpenAPI description as JSON, and a page of it that needs no script and nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.enums import OpenAPIMediaType
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin

from cambist.presentation.http.codes import CodeRow, reason_rows
from cambist.presentation.http.problem import Problem

PLAIN_PAGE_HEADERS = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"}
"""Of a page that brings its style along and has no script at all."""
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  background: #0e1116; color: #d7dde5; }
a { color: #7ab7ff; } code, .path { font-family: ui-monospace, monospace; }
details { border: 1px solid #2a313c; border-radius: 6px; margin: .5rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; } .method { display: inline-block; width: 4.5rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td, th { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #2a313c; vertical-align: top; }
.quiet { color: #8b96a5; }
"""


_ERROR_STATUSES = {
    "400": "The request cannot be read.",
    "403": "Foreign Host or Origin.",
    "404": "What it names does not exist.",
    "409": "Not possible in the present state.",
    "422": "The gate or the venue refused.",
    "503": "The engine is stopping, or the journal failed.",
}


def openapi_config(version: str) -> OpenAPIConfig:
    """The description at /api/docs/openapi.json."""
    return OpenAPIConfig(
        title="Cambist",
        version=version,
        path="/api",
        use_handler_docstrings=True,
        render_plugins=[_Description(path="/docs/openapi.json", media_type=OpenAPIMediaType.OPENAPI_JSON)],
        description="REST API of the trading desk and its venue. Amounts are decimal strings.",
    )


class _Description(OpenAPIRenderPlugin):
    """The description as JSON."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Encoded once per request: it is small."""
        return self.render_json(request, _with_problems(openapi_schema))


@get("/api/docs", sync_to_thread=False, include_in_schema=False)
def read_docs(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Paths, parameters, bodies and answers as plain HTML."""
    page = _page(_with_problems(request.app.openapi_schema.to_schema()))
    return Response(page.encode(), media_type=MediaType.HTML, headers=PLAIN_PAGE_HEADERS)


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Every route of the API answers errors in the one shape."""
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    errors = {status: {"description": text, "content": problem} for status, text in _ERROR_STATUSES.items()}
    for path, item in schema["paths"].items():
        for operation in item.values():
            if path.startswith("/api/") and isinstance(operation, dict):
                operation["responses"] = {**operation["responses"], **errors}
    _, components = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    schema["components"]["schemas"].update(components)
    return schema


def _page(schema: dict[str, Any]) -> str:
    operations = [
        _operation(path, method, operation)
        for path, item in sorted(schema.get("paths", {}).items())
        for method, operation in item.items()
        if isinstance(operation, dict)
    ]
    shapes = sorted(schema.get("components", {}).get("schemas", {}).items())
    info = schema["info"]
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(info['title'])} API</title>"
        f"<meta name=viewport content='width=device-width, initial-scale=1'><style>{_STYLE}</style>"
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1>"
        f"<p>{escape(info.get('description', ''))} <a href='/api/docs/openapi.json'>OpenAPI JSON</a></p>"
        f"<h2>Paths</h2>{''.join(operations)}"
        f"<h2>Shapes</h2>{''.join(_schema(name, shape) for name, shape in shapes)}"
        f"<h2>Codes</h2><table>{''.join(_code(row) for row in reason_rows())}</table></html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    rows = [
        _row(item["name"], f"{_type(item.get('schema', {}))}, {item['in']}", item.get("required", False))
        for item in operation.get("parameters", [])
    ]
    if body:
        rows.append(_row("body", _type(body), operation["requestBody"].get("required", False)))
    for status, response in sorted(operation.get("responses", {}).items()):
        content = response.get("content", {}).get("application/json", {}).get("schema", {})
        rows.append(_row(f"answer {status}", _type(content) if content else response.get("description", ""), False))
    return (
        f"<details><summary><span class=method>{method.upper()}</span><span class=path>{escape(path)}</span> "
        f"<span class=quiet>{escape(operation.get('summary', ''))}</span></summary>"
        f"<p>{escape(operation.get('description', ''))}</p><table>{''.join(rows)}</table></details>"
    )


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [_row(key, _type(value), key in required) for key, value in schema.get("properties", {}).items()]
    if "enum" in schema:
        rows.append(_row("one of", ", ".join(map(str, schema["enum"])), False))
    return (
        f"<details id='{escape(name)}'><summary class=path>{escape(schema.get('title', name))}</summary>"
        f"<p>{escape(schema.get('description', ''))}</p><table>{''.join(rows)}</table></details>"
    )


def _row(name: str, text: str, is_required: bool) -> str:
    mark = "required" if is_required else ""
    return f"<tr><td><code>{escape(name)}</code><td>{escape(text)}<td class=quiet>{mark}"


def _code(row: CodeRow) -> str:
    return f"<tr><td><code>{row.code}</code><td>{row.status or ''}<td>{escape(row.action)}"


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1].rsplit("_", 1)[-1]
    if "oneOf" in schema:
        return " or ".join(_type(option) for option in schema["oneOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "any"))
