"""The graph as files for others: dumps and exchange formats."""
