"""Departments' lists from workbooks; knows no database."""
