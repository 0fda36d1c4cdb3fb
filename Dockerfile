# The edge alone. Triton runs beside it; deploy/compose.yaml starts both.
# What changes seldom comes first: base, dependencies and edge are layers of their own, so that a new
# version of the edge costs a registry a few megabytes.
ARG BASE=python:3.11-slim-bookworm
# hadolint ignore=DL3006  # BASE carries tag or digest: --build-arg BASE=python:3.11-slim-bookworm@sha256:…
FROM ${BASE} AS dependencies
WORKDIR /src
# hadolint ignore=DL3008  # of the base's own release; nothing of it stays
RUN apt-get update \
 && apt-get install --yes --no-install-recommends binutils liblapack3 \
 && rm -rf /var/lib/apt/lists/* \
 && python3 -m venv /opt/pip \
 && python3 -m venv --without-pip /opt/ocelli
COPY deploy/image/build/install-dependencies deploy/image/build/requirements.lock deploy/image/build/
RUN deploy/image/build/install-dependencies /opt/ocelli /opt/edge
COPY deploy/image/build/trim deploy/image/build/
RUN deploy/image/build/trim /opt/ocelli

FROM dependencies AS edge
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY gen/python gen/python
COPY server server
COPY clients/python clients/python
COPY models models
COPY deploy/supply deploy/supply
COPY deploy/image/build/install-edge deploy/image/build/
RUN deploy/image/build/install-edge /opt/ocelli /opt/edge

# hadolint ignore=DL3006
FROM ${BASE} AS root
COPY deploy/image/build/strip-root /build/
RUN /build/strip-root \
 && useradd --uid 10001 --user-group --home-dir /var/lib/ocelli --create-home ocelli \
 && rm -rf /build

FROM scratch
# hadolint ignore=DL3067  # a base without what was taken out of it
COPY --from=root / /
COPY --from=dependencies /opt/ocelli /opt/ocelli
COPY --from=edge /opt/edge /opt/edge
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
ARG BASE
LABEL org.opencontainers.image.title="Ocelli" \
      org.opencontainers.image.description="A gRPC-native edge for vision models, in front of NVIDIA Triton" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${BASE}"
# Imports were compiled when the image was made, and its root may be read-only.
ENV PATH=/opt/edge/bin:/opt/ocelli/bin:/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    OCELLI_HOME=/var/lib/ocelli \
    OCELLI_ADDRESS=0.0.0.0:8500 \
    OCELLI_TRITON=triton:8001
USER 10001:10001
VOLUME /var/lib/ocelli
EXPOSE 8500
STOPSIGNAL SIGTERM
# Readiness; liveness is the empty name, which orchestrators ask for by themselves.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["ocelli", "health", "ocelli.v1.ModelService", "ocelli.v1.SearchService"]
ENTRYPOINT ["ocelli", "serve"]
