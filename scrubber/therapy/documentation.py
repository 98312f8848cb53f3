"""What the documentation says of a service line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentedService:
    """One row of the documentation file: one claim and service line. Minutes are whole minutes;
    None or empty where the file says nothing."""

    minutes: int | None = None
    assistant_minutes: int | None = None
    start: str = ""
    end: str = ""
    goal: str = ""
    plan_of_care: str = ""
    progress_note: str = ""
    prior_auth: str = ""
