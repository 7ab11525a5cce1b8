"""The parameters of the report notebooks, checked before any kernel starts (N1).

papermill pastes names unescaped, checks no types and only logs a name that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from cmreview.errors import InputError

Parameters = TypeVar("Parameters", bound=BaseModel)


class PacketParameters(BaseModel):
    """What the notebook receives: where the prepared review lies, and the reader's language (N2).

    ``review_file`` is an absolute path, since a notebook may be run from any folder (N10); empty means
    the shipped sample.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    review_file: str = ""
    lang: Literal["zh", "en"] = "zh"

    @field_validator("review_file")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        return _absolute(value)


class AnalysisParameters(BaseModel):
    """What the notebook of the company's analysis receives: where it is stored, and the language (N2)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    analysis_file: str = ""
    lang: Literal["zh", "en"] = "zh"

    @field_validator("analysis_file")
    @classmethod
    def _is_absolute(cls, value: str) -> str:
        return _absolute(value)


def checked(values: Mapping[str, Any]) -> PacketParameters:
    """``values`` as parameters of a packet. InputError names everything that is wrong, at once."""
    return _checked(PacketParameters, values)


def checked_analysis(values: Mapping[str, Any]) -> AnalysisParameters:
    """``values`` as parameters of the company's analysis. InputError as ``checked``."""
    return _checked(AnalysisParameters, values)


def _absolute(value: str) -> str:
    if value and not Path(value).is_absolute():
        raise ValueError("must be an absolute path")
    return value


def _checked(kind: type[Parameters], values: Mapping[str, Any]) -> Parameters:
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        raise InputError("cli_packets.error.parameters", faults=faults) from error
