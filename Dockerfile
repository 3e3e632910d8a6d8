# Two stages: what Strand needs is installed in the first, the second holds no installer and cannot write to itself.
# docker build -t strand . && docker run --read-only --tmpfs /tmp -v strand:/data -p 8000:8000 strand
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/strand
COPY requirements.lock ./
COPY tools/venv.sh tools/
RUN sh tools/venv.sh run

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home strand && install -d -o strand -g strand /data
WORKDIR /srv/strand
COPY --from=build /srv/strand/.venv .venv
COPY alembic.ini ./
COPY alembic alembic
COPY ingest ingest
COPY app app
COPY display display
COPY static static
RUN .venv/bin/python -m compileall -q alembic ingest app display
ENV PATH=/srv/strand/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 STRAND_DATA_DIR=/data
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["strand", "serve", "--host", "0.0.0.0", "--port", "8000"]
