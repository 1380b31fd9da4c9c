"""Saved queries: their catalogue, typed parameters, safe binding, and the writing of results."""
