"""Put the content folders into the wheel, so that an installed tool answers outside a checkout."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CONTENT = ("mca-graph.toml", "dataset.ttl", "ontology", "data", "shapes", "queries")


class ContentHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the content to a real wheel; an editable install reads it where it stands."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the content for the builder."""
        if version == "standard":
            build_data["force_include"].update({name: f"mca_graph/content/{name}" for name in CONTENT})
