"""What the part of a site that runs in the browser needs: its pages, and what they are told of the graph."""

from mca_graph.publishing.interactive.pages import write_endpoint_editor, write_interactive

__all__ = ["write_endpoint_editor", "write_interactive"]
