"""The pages for people: a static site with a page for everything that the graph knows."""

from mca_graph.publishing.site.build import Part, Published, publish

__all__ = ["Part", "Published", "publish"]
