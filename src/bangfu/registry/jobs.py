"""The registry's long work; importing it makes it known to the queue."""

from bangfu.registry.actions.exporting import export_registry

__all__ = ["export_registry"]
