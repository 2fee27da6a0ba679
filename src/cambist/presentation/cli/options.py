"""The options that commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

AsJson = Annotated[bool, Parameter(name="--json", negative=(), help="Answer in JSON.")]
Port = Annotated[int | None, Parameter(help="Of the running market, where it is not the one in the settings.")]
OfAccount = Annotated[str | None, Parameter(name="--account", help="Of one account only.")]
OfStrategy = Annotated[str | None, Parameter(name="--strategy", help="Of one strategy only.")]
DataDirectory = Annotated[
    Path | None, Parameter(name="--data", help="Directory of the journal and everything derived from it.")
]
KernelName = Annotated[str | None, Parameter(name="--kernel", help="auto, native or python.")]
RunFor = Annotated[str | None, Parameter(name="--for", help="How much simulated time, such as 30s or 5m.")]
Recording = Annotated[
    Path | None,
    Parameter(name="--recording", help="A file of recorded exchange messages, instead of the synthetic market."),
]
