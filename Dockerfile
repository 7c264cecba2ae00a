# Sparri as a container: one process, nobody's root, nothing to write but /data (SQLite) and /tmp.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md ./
COPY coaching coaching
COPY dialogs dialogs
COPY scheduler scheduler
COPY storage storage
COPY manifest manifest
COPY bot bot
COPY demo demo
COPY bench bench
RUN python -m venv /opt/sparri \
 && /opt/sparri/bin/python -m pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home sparri \
 && install --directory --owner=sparri /data
COPY --from=build /opt/sparri /opt/sparri
ENV HOST=0.0.0.0 \
    PORT=3978 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 3978
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["/opt/sparri/bin/python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
ENTRYPOINT ["/opt/sparri/bin/python", "-m", "bot"]
CMD ["serve"]
