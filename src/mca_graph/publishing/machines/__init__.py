"""The graph as files that machines read."""

from mca_graph.publishing.machines.machines import Machines, publish_machines
from mca_graph.publishing.machines.redirects import write_redirects

__all__ = ["Machines", "publish_machines", "write_redirects"]
