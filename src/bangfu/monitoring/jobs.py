"""What monitoring adds to the work of the queue: importing it makes its papers known to the printing job."""

from bangfu.monitoring.papers import exit_confirmations

__all__ = ["exit_confirmations"]
