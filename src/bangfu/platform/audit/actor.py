"""Who acts: told to every action as ``by``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a part of the system. ``id`` stays the same when the name changes; ``address`` is the
    network's."""

    id: str
    name: str
    address: str = ""

    @classmethod
    def system(cls, part: str) -> Actor:
        """A part of the system that acts by itself, such as ``Actor.system("import")``."""
        return cls(id=f"system:{part}", name=part)
