"""`python -m cambist.testing.simulation SEED...`: run seeds and say what they saw; without any, the first 200."""

from __future__ import annotations

import sys
import traceback

from cambist.testing.simulation.engine_simulation import EngineSimulation

SEEDS = 200


def _main(arguments: list[str]) -> int:
    failed = [seed for seed in (map(int, arguments) if arguments else range(SEEDS)) if not _runs(seed)]
    return 1 if failed else 0


def _runs(seed: int) -> bool:
    try:
        outcome = EngineSimulation(seed).run()
    except Exception:
        traceback.print_exc()
        sys.stderr.write(f"seed {seed} failed: make simulate SEED={seed}\n")
        return False
    faults = ", ".join(f"{count} {fault}" for fault, count in sorted(outcome.faults.items()))
    sys.stdout.write(
        f"seed {seed}: {outcome.commands} commands, {outcome.events} events, {outcome.trades} trades, "
        f"state {outcome.state_hash}; {faults}\n"
    )
    return True


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
