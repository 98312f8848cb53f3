"""Timed services that other claims bill for a patient's day, and the minutes of each."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class OtherService(NamedTuple):
    """A 15-minute service of one day on another claim of the patient. Units are 0 where it is
    billed in minutes; `minutes` are None where nothing tells them."""

    day: date
    discipline: str
    code: str
    units: Decimal
    minutes: int | None
