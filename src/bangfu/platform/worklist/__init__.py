"""One inbox: every module that wants somebody to do something opens an item here (DESIGN §2, WorkItem)."""
