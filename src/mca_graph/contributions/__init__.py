"""Contributions: tables to fill in and to read back, accepting what is good, and what a change changes."""
