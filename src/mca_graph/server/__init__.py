"""The graph over HTTP: pages and data, a SPARQL endpoint, saved queries, checks of contributions."""
