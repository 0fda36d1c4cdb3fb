{{- define "opensearch.name" -}}
{{ .Release.Name }}-opensearch
{{- end }}

{{- define "opensearch.labels" -}}
app.kubernetes.io/name: opensearch
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "opensearch.nodes" -}}
{{- range $node := until (int .Values.nodes) }}{{ if $node }},{{ end }}{{ include "opensearch.name" $ }}-{{ $node }}{{ end }}
{{- end }}
