"""Every write of the divisions."""

from bangfu.divisions.actions.changes import Change, LoadedChanges, load_changes, record_change
from bangfu.divisions.actions.labels import add_group, end_attribute, set_attribute
from bangfu.divisions.actions.loading import Loaded, load_tree

__all__ = [
    "Change",
    "Loaded",
    "LoadedChanges",
    "add_group",
    "end_attribute",
    "load_changes",
    "load_tree",
    "record_change",
    "set_attribute",
]
