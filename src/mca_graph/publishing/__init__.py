"""The graph for others: pages for people, files for machines, dumps and exchange formats."""
