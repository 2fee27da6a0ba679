"""What `cambist doctor` looks at. Every check finds something to say; none raises."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cambist.bootstrap.data_directory import DataDirectory
from cambist.bootstrap.runtime import check_processors, runtime_name
from cambist.bootstrap.settings import Settings
from cambist.domain.errors import CambistError
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.persistence.journal import verify
from cambist.presentation.cli.operations import Finding, Verdict
from cambist.presentation.http.services import STATIC_FOLDER

_OLDEST_PYTHON = (3, 11)
_LIBRARIES = ("cambist", "cambist-kernel", "msgspec", "litestar", "uvicorn", "sqlalchemy", "rich")
_SYNCS = 50
_SYNC_BYTES = 4096
_SLOW_SYNC_MS = 20


def examine(settings: Settings) -> Iterator[Finding]:
    """One finding after the other."""
    yield _python()
    yield _kernel(settings.kernel)
    yield _runtime(settings)
    yield Finding("versions", Verdict.GOOD, ", ".join(filter(None, map(_version_of, _LIBRARIES))))
    yield from _data_directory(settings.data_dir, settings.free_bytes_min)
    yield _port(settings.host, settings.port)
    yield _page()


def _python() -> Finding:
    found = (
        f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}, {os.cpu_count()} CPUs"
    )
    if sys.version_info >= _OLDEST_PYTHON:
        return Finding("python", Verdict.GOOD, found)
    return Finding("python", Verdict.BAD, found, "Install Python 3.11 or newer.")


def _kernel(choice: str) -> Finding:
    try:
        kernel = open_kernel(choice)
    except CambistError as error:
        return Finding("kernel", Verdict.BAD, error.message, error.action)
    if kernel.name == "native":
        return Finding("kernel", Verdict.GOOD, "native: the Rust kernel runs")
    action = "" if choice == "python" else "For the Rust kernel install Rust and a C linker, then run 'make kernel'."
    return Finding("kernel", Verdict.NOTICE, "python: the reference kernel runs, slower, with the same results", action)


def _runtime(settings: Settings) -> Finding:
    """Where the engine and the journal work."""
    try:
        name = runtime_name(settings.runtime, open_kernel(settings.kernel).name)
        if name == "native":
            check_processors(settings)
    except CambistError as error:
        return Finding("runtime", Verdict.BAD, error.message, error.action)
    if name == "python":
        return Finding("runtime", Verdict.GOOD, "python: engine and journal work on the data plane's thread")
    cpus = {"engine": settings.engine_cpu, "journal": settings.journal_cpu}
    bound = "".join(f", {thread} on processor {cpu}" for thread, cpu in cpus.items() if cpu is not None)
    return Finding("runtime", Verdict.GOOD, f"native: threads of their own that {settings.wait_strategy}{bound}")


def _version_of(library: str) -> str:
    try:
        return f"{library} {version(library)}"
    except PackageNotFoundError:
        return ""


def _data_directory(path: Path, free_bytes_min: int) -> Iterator[Finding]:
    """The directory itself, or the nearest folder above it that exists."""
    place = next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists())
    will_be_made = "" if place == path.absolute() else " (will be made)"
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield Finding(
            "data directory", Verdict.BAD, f"{place} cannot be written", "Change HFT_DATA_DIR or permissions."
        )
        return
    free_bytes = shutil.disk_usage(place).free
    detail = f"{path}{will_be_made}: {free_bytes / (1 << 30):.1f} GiB free"
    if free_bytes < free_bytes_min:
        yield Finding("data directory", Verdict.BAD, detail, "Free some space or choose another directory.")
    else:
        yield Finding("data directory", Verdict.GOOD, detail)
    if not will_be_made:
        yield from _journal(DataDirectory(place, is_temporary=False))
    yield _sync_latency(place)


def _journal(directory: DataDirectory) -> Iterator[Finding]:
    """Read it as `cambist journal verify` does, where there is one."""
    if not directory.journal.is_dir():
        return
    try:
        report = verify(directory.journal)
    except CambistError as error:
        yield Finding("journal", Verdict.NOTICE, error.message, error.action)
        return
    if report.is_sound:
        yield Finding("journal", Verdict.GOOD, f"whole, last command {report.last_sequence:,}")
    else:
        yield Finding("journal", Verdict.BAD, "damaged", "'cambist journal verify' names every place.")


def _sync_latency(place: Path) -> Finding:
    """How long the disk takes to make 4 KiB durable: the floor under every acknowledgement."""
    taken_ms: list[float] = []
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            for _ in range(_SYNCS):
                os.write(file.fileno(), bytes(_SYNC_BYTES))
                began = time.perf_counter()
                os.fdatasync(file.fileno())
                taken_ms.append((time.perf_counter() - began) * 1000)
    except OSError as error:
        return Finding("disk", Verdict.BAD, f"{place} cannot be synced: {error.strerror}", "Use a local disk.")
    taken_ms.sort()
    median, worst = taken_ms[_SYNCS // 2], taken_ms[-1]
    detail = f"4 KiB are durable after {median:.2f} ms (median of {_SYNCS}, longest {worst:.2f} ms)"
    if median > _SLOW_SYNC_MS:
        return Finding("disk", Verdict.NOTICE, detail, "Acknowledgements wait for this: a local SSD is faster.")
    return Finding("disk", Verdict.GOOD, detail)


def _port(host: str, port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            action = "Stop what uses it (a market that is running?) or choose another with --port."
            return Finding("port", Verdict.NOTICE, f"{host}:{port} cannot be used: {error.strerror}", action)
    return Finding("port", Verdict.GOOD, f"{host}:{port} is free")


def _page() -> Finding:
    if (STATIC_FOLDER / "index.html").is_file():
        return Finding("page", Verdict.GOOD, "built")
    return Finding("page", Verdict.NOTICE, "not built: the API works without it", "Install Node.js and run 'make web'.")
