from datetime import UTC, datetime


def stamp() -> str:
    """The time as our logs and tickets write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
