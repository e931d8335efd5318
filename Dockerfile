# The service with the CPU build of torch. docker-compose.yml runs it beside a Neo4j.
FROM python:3.12-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 kgtransfer \
    && mkdir /app /workspace && chown kgtransfer /app /workspace

USER kgtransfer
WORKDIR /app
COPY --chown=kgtransfer . .
RUN make install TORCH_BACKEND=cpu

ENV PATH=/app/.venv/bin:$PATH KGTRANSFER_WORKSPACE=/workspace
VOLUME /workspace
ENTRYPOINT ["kgtransfer"]
CMD ["serve"]
