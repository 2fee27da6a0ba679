"""`cambist bench shards`: the same orders through one engine and through several at once."""

from __future__ import annotations

import time
from typing import Any

from cambist.application.data_plane.shard_group import ShardGroup
from cambist.bootstrap.desk_orders import wide_market, zipf_distributed
from cambist.domain.commands import AdjustBalance
from cambist.domain.errors import InputError
from cambist.domain.plain_commands import START_NS
from cambist.engine.native import load_module
from cambist.engine.shards import ShardMap

INSTRUMENTS, ACCOUNTS = 16, 16
ORDERS_MIN = 1_000


def bench_shards(shards: int, orders: int) -> dict[str, Any]:
    """Orders per second of one engine and of several, each on its own thread. Raises InputError, KernelUnusable."""
    if shards < 1 or orders < ORDERS_MIN:
        raise InputError("There is too little to measure.", f"Ask for a shard and {ORDERS_MIN:,} orders or more.")
    load_module()
    alone, spread = _orders_per_s(1, orders), _orders_per_s(shards, orders)
    return {
        "shards": shards,
        "orders": orders,
        "orders_per_s": int(spread),
        "one_engine_orders_per_s": int(alone),
        "times": round(spread / alone, 2),
    }


def _orders_per_s(shards: int, orders: int) -> float:
    group = ShardGroup.empty("native", ShardMap(shards))
    setup = wide_market(INSTRUMENTS, ACCOUNTS)
    group.apply([command for command in setup if not isinstance(command, AdjustBalance)], START_NS)
    for shard in range(shards):
        group.apply_to(shard, [command for command in setup if isinstance(command, AdjustBalance)], START_NS)
    batches = group.pack(list(zipf_distributed(orders, INSTRUMENTS, ACCOUNTS)), START_NS + 1)
    began_ns = time.perf_counter_ns()
    group.run(batches)
    taken_ns = time.perf_counter_ns() - began_ns
    group.close()
    return orders * 1e9 / max(taken_ns, 1)
