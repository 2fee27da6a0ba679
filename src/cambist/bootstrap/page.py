"""Where the built page lies inside the package."""

from __future__ import annotations

from pathlib import Path

import cambist


def page_directory() -> Path | None:
    """The folder to serve, or None where the page was not built."""
    folder = Path(cambist.__file__).parent / "presentation" / "web" / "static"
    return folder if (folder / "index.html").is_file() else None
