"""Every mistake on the command line ends with a stable exit code, its code, and one sentence that says what to do."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Ran, assert_refused

from cambist.engine.native import is_installed

QUICK = ("--for", "1s", "--speed", "max", "--port", "0")

BAD_OPTIONS = [
    (("up", "--for", "soon"), 2, "INVALID_INPUT", "is not a duration"),
    (("up", "--for=-3s"), 2, "INVALID_INPUT", "is not a duration"),
    (("up", "--seed", "x"), 2, "INVALID_INPUT", "--seed"),
    (("up", "--seed", "-1"), 2, "INVALID_INPUT", "is no seed"),
    (("up", "--seed", "1e40"), 2, "INVALID_INPUT", "--seed"),
    (("up", "--rate", "0"), 2, "INVALID_INPUT", "rate"),
    (("up", "--rate", "1000000000"), 2, "INVALID_INPUT", "rate"),
    (("up", "--speed", "fast"), 2, "INVALID_INPUT", "is no speed"),
    (("up", "--speed", "0"), 2, "VALUE_OUT_OF_RANGE", "speed"),
    (("up", "--speed", "-1"), 2, "VALUE_OUT_OF_RANGE", "speed"),
    (("up", "--speed", "nan"), 2, "VALUE_OUT_OF_RANGE", "speed"),
    (("up", "--port", "65536"), 2, "INVALID_INPUT", "port"),
    (("up", "--port", "http"), 2, "INVALID_INPUT", "--port"),
    (("up", "--kernel", "fortran"), 2, "INVALID_INPUT", "kernel"),
    (("up", "--strategy", "missing.py"), 2, "STRATEGY_ERROR", "missing.py"),
    (("up", "--recording", "missing.gz"), 2, "RECORDING_UNREADABLE", "missing.gz"),
    (("up", "--tempo", "3"), 2, "INVALID_INPUT", "--tempo"),
    (("op",), 2, "INVALID_INPUT", "op"),
    (("backtest",), 2, "INVALID_INPUT", "strategy"),
    (("backtest", "missing.py"), 2, "STRATEGY_ERROR", "missing.py"),
    (("bench", "matching", "--ops", "missing.bin"), 2, "INVALID_INPUT", "missing.bin"),
    (("bench", "journal", "--records", "0"), 2, "INVALID_INPUT", "nothing to measure"),
    (("bench", "journal", "--directory", "nowhere"), 4, "STORAGE_FAILURE", "could not be measured"),
    (("journal", "verify", "--data", "nowhere"), 4, "STORAGE_FAILURE", "nowhere"),
    (("journal", "head", "--data", "nowhere"), 4, "STORAGE_FAILURE", "nowhere"),
    (("journal", "dump", "--data", "nowhere"), 4, "STORAGE_FAILURE", "nowhere"),
    (("journal", "dump", "--from", "0"), 2, "INVALID_INPUT", "counted from 1"),
    (("orders", "--limit", "0"), 2, "INVALID_INPUT", "limit"),
    (("new-strategy", "Not A Name"), 2, "INVALID_INPUT", "cannot name a strategy"),
    (("new-strategy", "../escape"), 2, "INVALID_INPUT", "cannot name a strategy"),
    (("new-strategy", "class"), 2, "INVALID_INPUT", "cannot name a strategy"),
]


@pytest.mark.parametrize(("arguments", "code", "name", "words"), BAD_OPTIONS, ids=lambda value: str(value)[:40])
def test_bad_options(cambist: Callable[..., Ran], arguments: tuple[str, ...], code: int, name: str, words: str) -> None:
    assert_refused(cambist(*arguments), code, name, words)


@pytest.mark.parametrize("command", ["status", "orders", "halt", "resume"])
def test_commands_to_a_market_that_is_not_there(cambist: Callable[..., Ran], command: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert_refused(cambist(command, "--port", port), 8, "SERVER_UNREACHABLE", "cambist up")


def test_a_port_in_use(cambist: Callable[..., Ran]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_refused(cambist("up", "--seed", 1, "--port", port), 7, "PORT_IN_USE", str(port))


def test_an_address_that_is_not_loopback(cambist: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HFT_HOST", "0.0.0.0")
    assert_refused(cambist("up", *QUICK, "--seed", 1), 2, "INVALID_INPUT", "0.0.0.0")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HFT_PORT", "many"),
        ("HFT_DESK__LEVERAGE", "0"),
        ("HFT_DESK__DEPOSIT", "NaN"),
        ("HFT_CONFIG", "missing.yaml"),
        ("HFT_PROT", "8081"),
        ("hft_rates", "5"),
        ("HFT_DESK__LEVERAG", "5"),
        ("HFT_PORT__X", "1"),
        ("HFT_", "1"),
        ("HFT_NOTHING_LIKE_IT", "1"),
    ],
)
def test_bad_settings_in_the_environment(
    cambist: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert_refused(cambist("up", "--for", "1s", "--seed", 1), 2, "INVALID_INPUT", variable)


@pytest.mark.skipif(not is_installed(), reason="only the native runtime has threads to bind: make kernel")
@pytest.mark.parametrize("variable", ["HFT_ENGINE_CPU", "HFT_JOURNAL_CPU"])
def test_a_processor_that_is_not_there(
    cambist: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "999")
    assert_refused(cambist("up", *QUICK, "--seed", 1), 2, "INVALID_INPUT", variable)


@pytest.mark.parametrize(
    ("variable", "meant"), [("HFT_PROT", "HFT_PORT"), ("HFT_DESK__MAX_DRAWDOWN", "HFT_DESK__MAX_DRAWDOWN_PPM")]
)
def test_a_misspelled_variable_is_told_what_it_resembles(
    cambist: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, "5")
    for command in (("up", *QUICK, "--seed", "1"), ("status",), ("journal", "head")):
        assert_refused(cambist(*command), 2, "INVALID_INPUT", f"Perhaps {meant} is meant")


def test_variables_that_are_no_settings_but_known_may_be_set(
    cambist: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HFT_REQUIRE_BROWSER", "1")
    monkeypatch.setenv("hft_rate", "300")
    assert cambist("up", *QUICK, "--seed", 1).code == 0


@pytest.mark.parametrize("name", ["strategies", "firm"])
def test_names_of_accounts_that_would_be_confused(
    cambist: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HFT_DESK__ACCOUNT", name)
    assert_refused(cambist("up", "--for", "1s", "--seed", 1), 2, "INVALID_INPUT", "must differ")


@pytest.mark.parametrize("content", ["{", "port: [1]", "prot: 1", "- 1", "desk: 3", "\x00"])
def test_bad_settings_files(cambist: Callable[..., Ran], content: str) -> None:
    Path("cambist.yaml").write_text(content)
    assert_refused(cambist("up", "--for", "1s", "--seed", 1), 2, "INVALID_INPUT", "")


BAD_STRATEGIES = {
    "a syntax error": ("class Broken(\n", "syntax error in line 1"),
    "an exception": ("raise RuntimeError('no')\n", "RuntimeError"),
    "an exit": ("raise SystemExit(3)\n", "SystemExit"),
    "a missing package": ("import a_package_nobody_has\n", "a_package_nobody_has"),
    "no strategy": ("x = 1\n", "no strategy"),
    "two strategies": (
        "from cambist import Strategy\nclass A(Strategy): ...\nclass B(Strategy): ...\n",
        "2 strategies",
    ),
    "bytes that are no text": ("\x00", "bad.py"),
}


@pytest.mark.parametrize(
    "command", [("up", *QUICK, "--seed", "1", "--strategy"), ("backtest",)], ids=["up", "backtest"]
)
@pytest.mark.parametrize("mistake", BAD_STRATEGIES)
def test_bad_strategy_files(cambist: Callable[..., Ran], command: tuple[str, ...], mistake: str) -> None:
    content, words = BAD_STRATEGIES[mistake]
    Path("bad.py").write_text(content)
    assert_refused(cambist(*command, "bad.py"), 2, "STRATEGY_ERROR", words)


def test_a_backtest_whose_strategy_raised_is_no_success(cambist: Callable[..., Ran]) -> None:
    Path("raises.py").write_text(
        "from cambist import Strategy\nclass Raises(Strategy):\n    symbols = ['BTCUSDT']\n"
        "    def on_start(self):\n        raise KeyError('nothing there')\n"
    )
    ran = cambist("backtest", "raises.py", "--for", "2s", "--json")
    assert ran.code == 2
    assert "nothing there" in json.loads(ran.out)["errors"][0]


BAD_RECORDINGS = {
    "empty": b"",
    "an empty archive": gzip.compress(b""),
    "no archive": b"hello\n" * 5,
    "another format": gzip.compress(b'{"a": 1}\n' * 50),
}


@pytest.mark.parametrize("mistake", BAD_RECORDINGS)
def test_bad_recordings(cambist: Callable[..., Ran], mistake: str) -> None:
    Path("bad.gz").write_bytes(BAD_RECORDINGS[mistake])
    assert_refused(cambist("up", *QUICK, "--recording", "bad.gz", "--data", "d"), 2, "RECORDING_UNREADABLE", "bad.gz")
    assert not Path("d").exists()


def test_a_seed_for_a_recording(cambist: Callable[..., Ran]) -> None:
    Path("some.gz").write_bytes(b"")
    assert_refused(cambist("up", "--recording", "some.gz", "--seed", 1), 2, "INVALID_INPUT", "seed")


def test_a_workload_that_is_cut_off(cambist: Callable[..., Ran]) -> None:
    Path("ops.bin").write_bytes(b"\0" * 25)
    for kernel in ("python", "auto"):
        assert_refused(
            cambist("bench", "matching", "--ops", "ops.bin", "--kernel", kernel), 2, "VALUE_OUT_OF_RANGE", "operations"
        )


def test_new_strategy_overwrites_nothing(cambist: Callable[..., Ran]) -> None:
    Path("mine.py").write_text("precious")
    assert_refused(cambist("new-strategy", "mine"), 2, "INVALID_INPUT", "exists already")
    assert Path("mine.py").read_text() == "precious"


def test_new_strategy_leaves_nothing_half_done(cambist: Callable[..., Ran]) -> None:
    Path("test_mine.py").symlink_to("nowhere/test_mine.py")
    assert_refused(cambist("new-strategy", "mine"), 2, "INVALID_INPUT", "cannot be written")
    assert not Path("mine.py").exists()
