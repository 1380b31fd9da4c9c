"""Run the command line as ``python -m mca_graph``."""

from mca_graph.cli.main import main

if __name__ == "__main__":
    main()
