"""Reading RDF files into quads, and writing them canonically."""
