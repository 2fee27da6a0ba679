"""The composition root: builds a market from settings and options. Nothing else makes objects of two rings meet."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.restoration import restore
from cambist.application.data_plane.plane import DataPlane, PlaneOptions
from cambist.application.data_plane.recovery import Recovered, recover
from cambist.application.ports.history import History
from cambist.application.ports.pacer import Pacer
from cambist.application.strategy import Strategy
from cambist.application.strategy.catalog import LoadedStrategies
from cambist.application.strategy.deployment import Deployment
from cambist.application.strategy.executor import Executor
from cambist.application.strategy.loading import load_strategy, offered_strategies
from cambist.bootstrap.data_directory import DataDirectory, Origin, claim, open_data_directory
from cambist.bootstrap.deployments import deploy
from cambist.bootstrap.desk import desk_definitions
from cambist.bootstrap.journal_keeper import JournalKeeper
from cambist.bootstrap.journal_tail import receipts_behind_states
from cambist.bootstrap.late_history import LateHistory
from cambist.bootstrap.local_market import LocalMarket, MarketParts
from cambist.bootstrap.market_input import MarketInput, choose_input, choose_pacer
from cambist.bootstrap.memory import ProcessMemory
from cambist.bootstrap.plane_monitor import PlaneMonitor
from cambist.bootstrap.projector_process import ProjectorProcess
from cambist.bootstrap.runtime import open_sequencer
from cambist.bootstrap.settings import Settings, load_settings
from cambist.bootstrap.table_witness import compare_with_tables
from cambist.engine.kernel import Kernel
from cambist.engine.kernels import open_kernel
from cambist.infrastructure.observability.collector import CollectorWatch
from cambist.infrastructure.observability.logs import configure_logs
from cambist.infrastructure.persistence.journal import DiskJournal, open_journal
from cambist.infrastructure.system_clock import SystemClock
from cambist.presentation.cli.operations import MarketFacts, Say, UpOptions
from cambist.presentation.http.application import create_app
from cambist.presentation.http.server import Server
from cambist.presentation.http.services import STATIC_FOLDER, build_services
from cambist.protocols.snapshot import StrategyRow, decode_snapshot

_PROJECTOR_READY_S = 30.0
_SILENT_S = 3.0
"""A start that takes longer than this says why."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What people asked for, read and checked before anything is opened."""

    settings: Settings
    clock: SystemClock
    market: MarketInput
    pacer: Pacer
    strategies: dict[str, type[Strategy]]
    is_seeded: bool


@dataclass(frozen=True, slots=True)
class _Storage:
    """The data directory, opened: the journal and the engine it recorded."""

    directory: DataDirectory
    origin: Origin
    journal: DiskJournal
    recovered: Recovered

    @property
    def kernel(self) -> Kernel:
        return self.recovered.kernel


def open_market(options: UpOptions, say: Say) -> LocalMarket:
    """Start a market and return once it serves. Raises CambistError; nothing is left behind then."""
    wanted = _read(options)
    with ExitStack() as resources:
        server = Server(wanted.settings.port, wanted.settings.host)
        resources.callback(server.stop)
        is_repeatable = wanted.is_seeded or wanted.market.recording is not None
        is_temporary = is_repeatable and options.data_dir is None
        storage = _open_storage(wanted, resources, is_temporary=is_temporary)
        deployments = deploy(wanted.strategies, wanted.market.symbols, _known_strategies(storage.kernel))
        keeper = JournalKeeper(storage.directory, wanted.settings.journal_keep_bytes)
        resources.callback(keeper.stop)
        plane = _build_plane(wanted, storage, deployments, keeper)
        history = _start_projector(storage, resources, say)
        model = ReadModel()
        restore(model, storage.kernel.snapshot(), history if storage.kernel.sequence else None)
        plane.subscribe(model.on_commit)
        collector = CollectorWatch()
        resources.callback(collector.stop)
        services = build_services(
            host=plane,
            model=model,
            history=history,
            catalog=LoadedStrategies(wanted.strategies),
            monitor=PlaneMonitor(plane),
            clock=wanted.clock,
            version=version("cambist"),
            memory=ProcessMemory(collector, storage.kernel),
        )
        collector.start()  # what was built so far lives until the end
        return LocalMarket(
            MarketParts(
                facts=_facts(wanted, storage, server),
                plane=plane,
                kernel=storage.kernel,
                model=model,
                journal=storage.journal,
                server=server,
                app=create_app(services),
                recording=wanted.market.recording,
                until_ns=None if options.run_ns is None else plane.start_ns + options.run_ns,
                resources=resources.pop_all(),
            )
        )


def _read(options: UpOptions) -> _Wanted:
    """Everything that people can get wrong without a data directory."""
    settings = load_settings(port=options.port, data_dir=options.data_dir, kernel=options.kernel, rate=options.rate)
    configure_logs(settings.log_level)
    clock = SystemClock()
    strategies = {name: load_strategy(name) for name in offered_strategies()}
    if options.strategy_file is not None:
        strategies[options.strategy_file.stem] = load_strategy(options.strategy_file)
    return _Wanted(
        settings=settings,
        clock=clock,
        market=choose_input(seed=options.seed, recording=options.recording, rate=settings.rate, clock=clock),
        pacer=choose_pacer(options.speed, clock),
        strategies=strategies,
        is_seeded=options.seed is not None,
    )


def _open_storage(wanted: _Wanted, resources: ExitStack, *, is_temporary: bool) -> _Storage:
    """Open the directory, see that it belongs to this market, and recover the engine."""
    settings = wanted.settings
    directory = open_data_directory(None if is_temporary else settings.data_dir, settings.free_bytes_min)
    resources.callback(directory.close)
    origin = claim(directory, wanted.market.origin, any_seed=not wanted.is_seeded)
    journal = open_journal(directory.journal, kernel=settings.kernel)
    resources.callback(journal.abandon)
    compare_with_tables(directory.tables, directory.journal, journal.last_sequence)
    recovered = recover(lambda snapshot: open_kernel(settings.kernel, snapshot), journal)
    return _Storage(directory, origin, journal, recovered)


def _build_plane(
    wanted: _Wanted, storage: _Storage, deployments: Sequence[Deployment], keeper: JournalKeeper
) -> DataPlane:
    kernel, market = storage.kernel, wanted.market
    start_ns = kernel.now_ns if kernel.sequence else market.start_ns
    sequencer = open_sequencer(kernel, storage.journal, wanted.settings)
    sources = market.open_sources(storage.origin.seed, start_ns or 0, sequencer is not None)
    slots = {source.slot for source in sources}
    return DataPlane(
        kernel,
        storage.journal,
        sources,
        Executor(deployments, seed=storage.origin.seed),
        wanted.pacer,
        definitions=desk_definitions(wanted.settings.desk),
        start_ns=start_ns,
        tail=receipts_behind_states(storage.journal, storage.recovered.snapshot_sequence, slots),
        options=PlaneOptions(ends_with_sources=market.recording is not None),
        after_snapshot=keeper.after_snapshot,
        sequencer=sequencer,
    )


def _start_projector(storage: _Storage, resources: ExitStack, say: Say) -> LateHistory:
    """The tables' writer, and their reader. Where there is a past to read, wait until it can be read."""
    path = storage.directory.path
    projector = ProjectorProcess(path)
    resources.callback(projector.stop)
    if storage.kernel.sequence:
        await_tables(projector.ready, say)
    return LateHistory(lambda: _open_history(path), projector.ready)


def await_tables(
    ready: threading.Event, say: Say, silent_s: float = _SILENT_S, at_most_s: float = _PROJECTOR_READY_S
) -> None:
    """Wait until the tables hold the past, saying so where that takes long; no longer than `at_most_s` in all."""
    if ready.wait(silent_s):
        return
    say(f"The tables are behind the journal and are brought up to date; the market opens within {at_most_s:.0f} s.")
    if not ready.wait(at_most_s - silent_s):
        say("The market opens now; orders and fills from before this start appear once the tables hold them.")


def _open_history(path: Path) -> History:
    """SQL is imported here, on first use: a fifth of a second that the first order need not wait for."""
    from cambist.infrastructure.persistence.projections.database import connect, sqlite_address  # noqa: PLC0415
    from cambist.infrastructure.persistence.projections.history import SqlHistory  # noqa: PLC0415

    return SqlHistory(connect(sqlite_address(path)))


def _known_strategies(kernel: Kernel) -> list[StrategyRow]:
    _, sections = decode_snapshot(kernel.snapshot())
    rows: list[StrategyRow] = sections[StrategyRow]
    return rows


def _facts(wanted: _Wanted, storage: _Storage, server: Server) -> MarketFacts:
    return MarketFacts(
        url=server.url,
        data_dir=storage.directory.path,
        is_temporary=storage.directory.is_temporary,
        kernel=storage.kernel.name,
        source=wanted.market.description,
        strategies=tuple(wanted.strategies),
        recovered_sequence=storage.kernel.sequence,
        page_is_built=(STATIC_FOLDER / "index.html").is_file(),
    )
