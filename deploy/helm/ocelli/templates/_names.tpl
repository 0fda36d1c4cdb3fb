{{- define "ocelli.name" -}}
{{- if contains "ocelli" .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-ocelli" .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "ocelli.labels" -}}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: ocelli
{{- end }}

{{- define "ocelli.edge" -}}
app.kubernetes.io/name: ocelli
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: edge
{{- end }}

{{- define "ocelli.triton" -}}
app.kubernetes.io/name: ocelli
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: triton
{{- end }}

{{- define "ocelli.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* Where the edge finds Triton: every pod of the headless service, so that calls spread over them. */}}
{{- define "ocelli.tritonAddress" -}}
{{- if eq .Values.triton.mode "separate" -}}
dns:///{{ include "ocelli.name" . }}-triton:8001
{{- else if eq .Values.triton.mode "sidecar" -}}
127.0.0.1:8001
{{- else -}}
{{ required "triton.mode is external: set triton.address to host:port" .Values.triton.address }}
{{- end }}
{{- end }}

{{- define "ocelli.indexUrl" -}}
{{- if .Values.opensearch.enabled -}}
opensearch://{{ .Release.Name }}-opensearch:9200
{{- else -}}
{{ required "index.mode is opensearch: set opensearch.enabled or index.url" .Values.index.url }}
{{- end }}
{{- end }}

{{/* A setting's value: numbers without an exponent, which whole ones over a million would get. */}}
{{- define "ocelli.value" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* Triton's container, the same in a pod of its own and beside an edge. */}}
{{- define "ocelli.tritonContainer" -}}
name: triton
image: {{ .Values.triton.image }}
args:
  - tritonserver
  - --model-repository=/models
  {{- range .Values.triton.args }}
  - {{ . | quote }}
  {{- end }}
ports:
  - {name: triton-grpc, containerPort: 8001}
  - {name: triton-http, containerPort: 8000}
  - {name: triton-metrics, containerPort: 8002}
startupProbe:
  httpGet: {path: /v2/health/live, port: triton-http}
  periodSeconds: 5
  failureThreshold: {{ div .Values.triton.startup_s 5 }}
livenessProbe:
  httpGet: {path: /v2/health/live, port: triton-http}
  periodSeconds: 10
  timeoutSeconds: 5
resources:
  requests: {{- toYaml .Values.triton.resources.requests | nindent 4 }}
  limits:
    {{- toYaml .Values.triton.resources.limits | nindent 4 }}
    {{- if .Values.triton.gpus }}
    nvidia.com/gpu: {{ .Values.triton.gpus }}
    {{- end }}
securityContext:
  allowPrivilegeEscalation: false
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
volumeMounts:
  - {name: models, mountPath: /models, readOnly: true}
  - {name: shm, mountPath: /dev/shm}
{{- end }}

{{- define "ocelli.tritonVolumes" -}}
- name: models
  {{- toYaml .Values.triton.models | nindent 2 }}
- name: shm
  emptyDir: {medium: Memory, sizeLimit: {{ .Values.triton.sharedMemory }}}
{{- end }}

{{- define "ocelli.probe" -}}
{{- $tls := .root.Values.tls.secretName }}
{{- if $tls }}
exec: {command: [ocelli, health{{ if .service }}, {{ .service }}{{ end }}]}
{{- else }}
grpc: {port: 8500{{ if .service }}, service: {{ .service }}{{ end }}}
{{- end }}
{{- end }}
