"""The parameters of the packet notebook, checked before any kernel starts (N1).

papermill pastes names unescaped, checks no types and only logs a name that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from cmreview.errors import InputError


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
        if value and not Path(value).is_absolute():
            raise ValueError("must be an absolute path")
        return value


def checked(values: Mapping[str, Any]) -> PacketParameters:
    """``values`` as parameters. InputError names everything that is wrong with them, at once."""
    try:
        return PacketParameters.model_validate(dict(values))
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        raise InputError("cli_packets.error.parameters", faults=faults) from error
