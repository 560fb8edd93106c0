"""Workbooks into typed rows: headers, cells, places. Knows no database; ``registry.actions`` writes."""
