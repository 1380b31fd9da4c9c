# The graph over HTTP. Build: docker build -t mca-graph .   Run: docker run --rm -p 8000:8000 --memory 3g mca-graph
FROM python:3.11-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/mca-graph \
 && /opt/mca-graph/bin/pip install --no-cache-dir --require-hashes -r requirements/runtime.txt -r requirements/build.txt \
 && /opt/mca-graph/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --home-dir /var/cache/mca-graph --create-home mca-graph
COPY --from=build /opt/mca-graph /opt/mca-graph
ENV PATH=/opt/mca-graph/bin:$PATH MCA_GRAPH_CACHE=/var/cache/mca-graph PYTHONUNBUFFERED=1
USER mca-graph
EXPOSE 8000
STOPSIGNAL SIGTERM
# The index is built here, so that a container is ready in a second.
RUN mca-graph query --text 'ASK {}'
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["mca-graph"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--memory", "1G", "--workers", "2"]
