"""The long work of targeting; importing it makes it known to the queue."""

from bangfu.targeting.actions.printing import print_papers

__all__ = ["print_papers"]
