"""The graph as files that machines read."""
