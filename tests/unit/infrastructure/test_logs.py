"""Log lines are JSON where nobody reads them on a terminal."""

from __future__ import annotations

import json
import subprocess
import sys

_SCRIPT = """
import logging, sys
from cambist.infrastructure.observability.logs import configure_logs
configure_logs("info")
logging.getLogger("cambist.test").debug("not this")
assert "structlog" not in sys.modules
logging.getLogger("cambist.test").info("%s is %d", "answer", 42)
try:
    1 // 0
except ZeroDivisionError:
    logging.getLogger("a.library").exception("went wrong")
"""


def test_lines_of_any_library_are_json() -> None:
    result = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    first, second = (json.loads(line) for line in result.stderr.splitlines())
    assert (first["event"], first["level"], first["logger"]) == ("answer is 42", "info", "cambist.test")
    assert first["timestamp"].endswith("Z")
    assert second["event"] == "went wrong"
    assert "ZeroDivisionError" in second["exception"]
