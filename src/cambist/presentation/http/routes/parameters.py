"""What many routes take."""

from __future__ import annotations

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from cambist.presentation.http.services import Services

Injected = NamedDependency[Services]
PathText = FromPath[str]
OptionalText = Annotated[str | None, QueryParameter(max_length=256)]
PageLimit = Annotated[int, QueryParameter(ge=1, le=1000, description="How many at most.")]
