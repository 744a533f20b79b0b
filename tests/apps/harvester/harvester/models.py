from __future__ import annotations

import uuid
from dataclasses import dataclass, field


@dataclass(slots=True)
class Job:
    page: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: int = 0


@dataclass(slots=True)
class Outcome:
    job: Job
    text: str = ""
    error: str = ""
