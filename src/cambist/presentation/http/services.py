"""What the routes work with: put together once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cambist.application.control_plane.command_gateway import CommandGateway
from cambist.application.control_plane.directory import Directory
from cambist.application.control_plane.flattening import Flattening
from cambist.application.control_plane.holding_service import HoldingService
from cambist.application.control_plane.listing_service import ListingService
from cambist.application.control_plane.order_queries import OrderQueries
from cambist.application.control_plane.order_service import OrderService
from cambist.application.control_plane.participant_service import ParticipantService
from cambist.application.control_plane.quote_service import QuoteService
from cambist.application.control_plane.read_model import ReadModel
from cambist.application.control_plane.risk_service import RiskService
from cambist.application.control_plane.session_service import SessionService
from cambist.application.control_plane.strategy_service import StrategyService
from cambist.application.control_plane.trade_service import TradeService
from cambist.application.ports.clock import Clock
from cambist.application.ports.engine_host import EngineHost
from cambist.application.ports.engine_monitor import EngineMonitor
from cambist.application.ports.history import History
from cambist.application.ports.memory_monitor import MemoryMonitor
from cambist.application.ports.strategy_catalog import StrategyCatalog
from cambist.presentation.http.request_metrics import RequestMetrics

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "web" / "static"


@dataclass(frozen=True, kw_only=True)
class Services:
    """Everything behind the API."""

    model: ReadModel
    history: History | None
    directory: Directory
    queries: OrderQueries
    orders: OrderService
    strategies: StrategyService
    flattening: Flattening
    risk: RiskService
    holdings: HoldingService
    listing: ListingService
    sessions: SessionService
    quotes: QuoteService
    trades: TradeService
    participants: ParticipantService
    monitor: EngineMonitor
    memory: MemoryMonitor | None
    clock: Clock
    version: str
    started_ns: int
    """Monotonic, of the clock."""
    static_folder: Path = STATIC_FOLDER
    metrics: RequestMetrics = field(default_factory=RequestMetrics)


def build_services(
    *,
    host: EngineHost,
    model: ReadModel,
    history: History | None,
    catalog: StrategyCatalog,
    monitor: EngineMonitor,
    clock: Clock,
    version: str,
    memory: MemoryMonitor | None = None,
    static_folder: Path = STATIC_FOLDER,
) -> Services:
    """Services over an engine. `model` is restored and subscribed to the host by the caller."""
    gateway = CommandGateway(host)
    directory = Directory(model)
    queries = OrderQueries(model, history)
    return Services(
        model=model,
        history=history,
        directory=directory,
        queries=queries,
        orders=OrderService(gateway, directory, queries),
        strategies=StrategyService(gateway, directory, catalog),
        flattening=Flattening(gateway, directory, queries, model),
        risk=RiskService(gateway, directory, model),
        holdings=HoldingService(gateway, directory, model),
        listing=ListingService(gateway, directory, model),
        sessions=SessionService(gateway, directory, model),
        quotes=QuoteService(gateway, directory, model),
        trades=TradeService(gateway, directory, model),
        participants=ParticipantService(gateway, directory, model),
        monitor=monitor,
        memory=memory,
        clock=clock,
        version=version,
        started_ns=clock.monotonic_ns(),
        static_folder=static_folder,
    )
