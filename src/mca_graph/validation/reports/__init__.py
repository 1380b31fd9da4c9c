"""The forms in which findings are shown: each is a view of the same report."""
