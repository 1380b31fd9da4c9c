"""Validate what a contribution can change, in a time that does not grow with the graph."""
