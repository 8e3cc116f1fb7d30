"""Which crash a seed means: who is killed, at which labelled point, at which of its hits, under which load."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

# (process, point, victim). What kills is always the process that reached the point; the victim is itself or the
# database: on PostgreSQL the server with all its backends, on SQLite every process that has the file open.
KINDS = (
    ("web", "before_commit", "self"),
    ("web", "after_commit", "self"),
    ("worker", "claimed", "self"),
    ("worker", "sent", "self"),
    ("worker", "sequencing", "self"),
    ("web", "before_commit", "database"),
    ("web", "after_commit", "database"),
    ("web", "mid_write", "database"),
    ("worker", "claimed", "database"),
    ("worker", "sequencing", "database"),
    ("web", "mid_write", "self"),
    ("worker", "sent", "database"),
    ("worker", "handed_over", "self"),
)
_MOST_HITS = {"before_commit": 10, "after_commit": 10, "mid_write": 40, "claimed": 3, "sent": 3, "handed_over": 2}
_MOST_HITS_SEQUENCING = 4


@dataclass(frozen=True)
class Plan:
    """One crash. `countdown` is at which hit of the point it happens."""

    seed: int
    process: str
    point: str
    victim: str
    countdown: int
    reports: int
    residents: int

    def __str__(self) -> str:
        return (
            f"SEED={self.seed}: {self.process} at {self.point} (hit {self.countdown}), killing {self.victim}; "
            f"{self.residents} residents with {self.reports} reports"
        )

    def arm(self, folder: Path) -> None:
        """Let the processes know, all at once."""
        waiting = folder / "armed.part"
        waiting.write_text(json.dumps(asdict(self)))
        waiting.rename(folder / "armed.json")


def plan_of(seed: int) -> Plan:
    """Give the plan of a seed: any run of len(KINDS) seeds in a row meets every kind once."""
    chance = Random(seed)
    process, point, victim = KINDS[seed % len(KINDS)]
    return Plan(
        seed=seed,
        process=process,
        point=point,
        victim=victim,
        countdown=chance.randint(1, _MOST_HITS.get(point, _MOST_HITS_SEQUENCING)),
        reports=chance.randint(12, 20),
        residents=chance.randint(2, 5),
    )
