"""Every write of a case. Each is keyword-only, atomic, told who, and dated by the clock: a day is never an argument."""
