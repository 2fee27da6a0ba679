"""The web page and its files, as they were built."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from litestar import MediaType, Response, get
from litestar.params import FromPath

from cambist.application.control_plane.refusal import refusal
from cambist.domain.reasons import Reason
from cambist.presentation.http.docs_page import PLAIN_PAGE_HEADERS
from cambist.presentation.http.problem import NotGranted
from cambist.presentation.http.routes.parameters import Injected, PathText

_NOT_BUILT = """<!doctype html><html lang=en><meta charset=utf-8><title>Cambist</title>
<meta name=viewport content="width=device-width, initial-scale=1">
<style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem;
background: #0e1116; color: #d7dde5; } a { color: #7ab7ff; }</style>
<h1>Cambist is running</h1>
<p>The web page is not built. With node installed, run <code>make web</code> (or <code>make run</code>) in the
repository and reload.</p>
<p>Everything else works without it: the <a href="/api/docs">API</a>, <a href="/health">health</a>,
<a href="/metrics">metrics</a>.</p></html>"""
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@get("/", sync_to_thread=True, include_in_schema=False)
def read_page(services: Injected) -> Response[bytes]:
    """The page, or how to build it."""
    page = services.static_folder / "index.html"
    if page.is_file():
        return _file(page, "no-cache")
    return Response(_NOT_BUILT.encode(), media_type=MediaType.HTML, headers=PLAIN_PAGE_HEADERS)


@get("/assets/{asset:path}", sync_to_thread=True, include_in_schema=False)
def read_asset(asset: FromPath[Path], services: Injected) -> Response[bytes]:
    """A built file; its name changes with its content."""
    return _inside(services.static_folder, f"assets/{asset}", "public, max-age=31536000, immutable")


@get("/{name:str}", sync_to_thread=True, include_in_schema=False)
def read_root_file(name: PathText, services: Injected) -> Response[bytes]:
    """An icon or the like."""
    return _inside(services.static_folder, name, "no-cache")


def _inside(folder: Path, name: str, caching: str) -> Response[bytes]:
    """A file of the folder; nothing outside of it, however the name is written."""
    root = folder.resolve()
    try:
        path = (root / name.lstrip("/").replace("//", "/")).resolve()
        found = path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        raise NotGranted(refusal(Reason.NOT_FOUND, "There is nothing at this path."))
    return _file(path, caching)


def _file(path: Path, caching: str) -> Response[bytes]:
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Response(path.read_bytes(), media_type=media_type, headers={"cache-control": caching})


HANDLERS = [read_page, read_asset, read_root_file]
