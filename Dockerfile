# The edge alone. Triton runs beside it; deploy/compose.yaml starts both.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY gen/python gen/python
COPY server server
COPY clients/python clients/python
COPY models models
RUN python -m venv /opt/ocelli \
 && /opt/ocelli/bin/pip install --no-cache-dir -c constraints.txt '.[edge]'

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --home-dir /var/lib/ocelli --create-home ocelli
COPY --from=build /opt/ocelli /opt/ocelli
ENV PATH=/opt/ocelli/bin:$PATH \
    OCELLI_HOME=/var/lib/ocelli \
    OCELLI_ADDRESS=0.0.0.0:8500 \
    OCELLI_TRITON=triton:8001
USER 10001
VOLUME /var/lib/ocelli
EXPOSE 8500
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["ocelli", "health"]
ENTRYPOINT ["ocelli", "serve"]
