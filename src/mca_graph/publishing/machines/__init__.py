"""The graph as files that machines read."""

from mca_graph.publishing.machines.machines import Machines
from mca_graph.publishing.machines.redirects import write_redirects

__all__ = ["Machines", "write_redirects"]
