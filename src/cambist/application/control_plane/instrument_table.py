"""What can be traded, by id and by symbol."""

from __future__ import annotations

from collections.abc import Iterator

from cambist.domain.commands import DefineInstrument
from cambist.domain.events import InstrumentDefined, PhaseChanged
from cambist.domain.instrument import Instrument
from cambist.domain.vocabulary import Phase
from cambist.protocols.snapshot import InstrumentRow

_DEFINITION_FIELDS = tuple(name for name in DefineInstrument.__struct_fields__ if name not in ("sequence", "now_ns"))


class InstrumentTable:
    """All instruments and the phases they are in."""

    def __init__(self) -> None:
        self._by_id: dict[int, Instrument] = {}
        self._by_symbol: dict[str, Instrument] = {}
        self._phases: dict[int, Phase] = {}

    def __iter__(self) -> Iterator[Instrument]:
        return iter([self._by_id[instrument_id] for instrument_id in sorted(self._by_id)])

    def __getitem__(self, instrument_id: int) -> Instrument:
        return self._by_id[instrument_id]

    def get(self, instrument_id: int) -> Instrument | None:
        """By id, or None: an order denied for an unknown instrument still names one."""
        return self._by_id.get(instrument_id)

    def by_symbol(self, symbol: str) -> Instrument | None:
        """By symbol, as listed or in lower case."""
        return self._by_symbol.get(symbol) or self._by_symbol.get(symbol.upper())

    def phase(self, instrument_id: int) -> Phase:
        """The present phase."""
        return self._phases[instrument_id]

    def define(self, definition: InstrumentDefined | InstrumentRow) -> None:
        """Add one."""
        fields = {name: getattr(definition, name) for name in _DEFINITION_FIELDS}
        if isinstance(definition, InstrumentRow):
            fields["phase"] = definition.defined_phase
        instrument = Instrument.from_definition(DefineInstrument(**fields))
        self._by_id[instrument.instrument_id] = instrument
        self._by_symbol[instrument.symbol] = instrument
        self._phases[instrument.instrument_id] = definition.phase

    def on_phase(self, event: PhaseChanged) -> None:
        """Move one to another phase."""
        self._phases[event.instrument_id] = event.phase
