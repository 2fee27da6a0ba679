"""What a person may set: a YAML file, then HFT_ environment variables over it, then options of the command line.

`HFT_CONFIG` names the file; without it `cambist.yaml` in the present directory is read where there is one.
Nested settings take two underscores: HFT_DESK__LEVERAGE=5.
"""

from __future__ import annotations

import difflib
import os
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource
from yaml import YAMLError

from cambist.application.control_plane.risk_table import FIRM_NAME
from cambist.domain.errors import InputError

_PREFIX = "HFT_"
_NOT_SETTINGS = frozenset({"HFT_CONFIG", "HFT_REQUIRE_KERNEL", "HFT_REQUIRE_BROWSER", "HFT_REQUIRE_POSTGRESQL"})
"""The first names the settings file, the others are the tests'."""
_DEFAULT_FILE = "cambist.yaml"
_NAME = r"^[\x21-\x7e]{1,64}$"
_I64_UNITS = Decimal(1 << 63) / 10**8


class DeskSettings(BaseModel):
    """The desk's accounts at their first start. Amounts in quote units, fees in ppm of value; a limit of 0 is none.

    There are two of one kind: orders by hand never meet the strategies' quotes as orders of the same account.
    """

    model_config = ConfigDict(extra="forbid")

    account: str = Field(default="main", pattern=_NAME)
    """For orders by hand."""
    strategies_account: str = Field(default="strategies", pattern=_NAME)
    """Where every strategy trades."""
    deposit: Decimal = Field(default=Decimal(1_000_000), ge=0, lt=_I64_UNITS)
    """Into each."""
    maker_fee_ppm: int = Field(default=0, ge=-1_000_000, le=1_000_000)
    taker_fee_ppm: int = Field(default=50, ge=-1_000_000, le=1_000_000)
    leverage: int = Field(default=10, ge=1, le=1000)
    max_order_notional: Decimal = Field(default=Decimal(250_000), ge=0, lt=_I64_UNITS)
    max_position_notional: Decimal = Field(default=Decimal(1_000_000), ge=0, lt=_I64_UNITS)
    max_exposure_notional: Decimal = Field(default=Decimal(5_000_000), ge=0, lt=_I64_UNITS)
    max_daily_loss: Decimal = Field(default=Decimal(50_000), ge=0, lt=_I64_UNITS)
    max_drawdown_ppm: int = Field(default=200_000, ge=0, le=1_000_000)
    max_open_orders: int = Field(default=500, ge=0, lt=1 << 32)
    max_orders_per_second: int = Field(default=500, ge=0, le=10**9)

    @model_validator(mode="after")
    def _has_three_names(self) -> DeskSettings:
        """Two accounts, and the word for all of them."""
        if len({self.account, self.strategies_account, FIRM_NAME}) < 3:
            raise ValueError(f"account and strategies_account must differ, and neither may be {FIRM_NAME}")
        return self


class Settings(BaseSettings):
    """Everything, with the defaults that make one command enough."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid")

    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    """A loopback address: until there are users and roles, the server refuses any other."""
    port: int = Field(default=8080, ge=0, le=65535)
    kernel: Literal["auto", "native", "python"] = "auto"
    runtime: Literal["auto", "native", "python"] = "auto"
    """Where the engine and the journal work: on threads of their own outside Python, or on the data plane's."""
    wait_strategy: Literal["park", "yield", "spin"] = "park"
    """How the native runtime's threads wait: asleep, offering the processor, or keeping it."""
    engine_cpu: int | None = Field(default=None, ge=0)
    """The processor of the native engine thread."""
    journal_cpu: int | None = Field(default=None, ge=0)
    """The processor of the two threads of the native journal."""
    rate: int = Field(default=200, ge=1, le=20_000)
    """Events per second of the synthetic market."""
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    free_bytes_min: int = Field(default=256 << 20, ge=0)
    """Below this much free space on the data directory's file system no market is opened."""
    journal_keep_bytes: int = Field(default=20 << 30, ge=0)
    """So much of the journal's newest segments stays while the market runs; older ones go once neither recovery nor the
    tables need them. 0: nothing ever goes."""
    desk: DeskSettings = DeskSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls, yaml_file=_settings_file())


def load_settings(**options: object) -> Settings:
    """Settings with the given options over them; None means not given. Raises InputError."""
    _refuse_unknown_variables()
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "__".join(map(str, first["loc"]))
        raise InputError(
            f"The setting {name} cannot be used: {first['msg']}.",
            f"Correct it on the command line, in HFT_{name.upper()} or in the settings file.",
        ) from error
    except (YAMLError, OSError, UnicodeDecodeError, TypeError) as error:
        line = " ".join(str(error).split())
        raise InputError(
            f"The settings file cannot be read: {line}.", "Correct it, or name another in HFT_CONFIG."
        ) from error


def _refuse_unknown_variables() -> None:
    """A misspelled variable must not leave a limit at its default, as a misspelled name in the file does not."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{_PREFIX}DESK__{name.upper()}" for name in DeskSettings.model_fields}
    for name in sorted(os.environ):
        upper = name.upper()
        if not upper.startswith(_PREFIX) or upper in known | _NOT_SETTINGS:
            continue
        near = difflib.get_close_matches(upper, known, n=1)
        hint = f"Perhaps {near[0]} is meant" if near else "docs/cli.md lists the settings"
        raise InputError(f"The environment variable {name} is no setting.", f"{hint}; correct it or unset it.")


def _settings_file() -> Path | None:
    """The file to read. Raises InputError where one is named that does not exist."""
    named = os.environ.get("HFT_CONFIG")
    if named is None:
        return Path(_DEFAULT_FILE)
    if not Path(named).is_file():
        raise InputError(f"HFT_CONFIG names {named}, which is not a file.", "Name an existing YAML file.")
    return Path(named)
