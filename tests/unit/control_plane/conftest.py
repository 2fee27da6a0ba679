"""A read model beside a reference kernel."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.restoration import restore
from cambist.engine.reference.kernel import ReferenceKernel
from cambist.testing.builders import START_NS, define_instrument, open_desk_account, open_member, run_strategy
from cambist.testing.immediate_host import ImmediateHost


@dataclass
class Followed:
    """An engine and the model that follows it."""

    host: ImmediateHost
    model: ReadModel

    def restored(self) -> ReadModel:
        """A second model, made from the engine's snapshot alone."""
        model = ReadModel()
        restore(model, self.host.snapshot().result(), None)
        return model


@pytest.fixture
def followed() -> Followed:
    host = ImmediateHost(ReferenceKernel(), START_NS)
    model = ReadModel()
    host.subscribe(model.on_commit)
    host.apply([define_instrument(), *open_desk_account(), open_member(), *run_strategy()])
    return Followed(host, model)
