package main

import (
	"bytes"
	"encoding/json"

	"github.com/ocelli-vision/ocelli/clients/go"
)

type plan struct {
	Language string            `json:"language"`
	Targets  map[string]string `json:"targets"`
	TLS      map[string]string `json:"tls"`
	Tokens   map[string]string `json:"tokens"`
	Files    string            `json:"files"`
	Cases    []json.RawMessage `json:"cases"`
	Golden   []golden          `json:"golden"`
}

type testCase struct {
	ID          string           `json:"id"`
	Kind        string           `json:"kind"`
	Target      string           `json:"target"`
	TimeoutMS   int              `json:"timeout_ms"`
	TLS         string           `json:"tls"`
	Token       string           `json:"token"`
	RPC         string           `json:"rpc"`
	Request     any              `json:"request"`
	Config      any              `json:"config"`
	Frames      []map[string]any `json:"frames"`
	Repeat      int              `json:"repeat"`
	PauseMS     int              `json:"pause_ms"`
	CancelAfter int              `json:"cancel_after"`
	Path        string           `json:"path"`
	DrainAfter  int              `json:"drain_after"`
	Service     string           `json:"service"`
	Expect      map[string]any   `json:"expect"`
}

type runReport struct {
	Language string            `json:"language"`
	Cases    []outcome         `json:"cases"`
	Encoded  map[string]string `json:"encoded"`
}

type outcome struct {
	ID         string `json:"id"`
	Outcome    string `json:"outcome"`
	Message    string `json:"message"`
	DurationMS int64  `json:"duration_ms"`
}

// run executes the cases of a plan, one after the other, and encodes its golden messages.
func run(text []byte) (any, error) {
	var asked plan
	if err := json.Unmarshal(text, &asked); err != nil {
		return nil, err
	}
	found := runReport{Language: asked.Language, Cases: []outcome{}, Encoded: map[string]string{}}
	for _, described := range asked.Cases {
		var one testCase
		spoken := bytes.ReplaceAll(described, []byte("{language}"), []byte(asked.Language))
		if err := json.Unmarshal(spoken, &one); err != nil {
			return nil, err
		}
		found.Cases = append(found.Cases, execute(&asked, &one))
	}
	for _, message := range asked.Golden {
		encoded, err := message.encode(asked.Files)
		if err != nil {
			return nil, err
		}
		found.Encoded[message.Name] = encoded
	}
	return found, nil
}

// connect connects as a case says.
func (p *plan) connect(one *testCase) (*ocelli.Client, error) {
	var options []ocelli.Option
	switch one.TLS {
	case "ca", "other_ca":
		options = append(options, ocelli.WithTLS(ocelli.TLS{CA: p.TLS[one.TLS]}))
	case "mutual":
		options = append(options, ocelli.WithTLS(ocelli.TLS{
			CA: p.TLS["ca"], Cert: p.TLS["client_cert"], Key: p.TLS["client_key"],
		}))
	}
	if one.Token != "" {
		options = append(options, ocelli.WithToken(p.Tokens[one.Token]))
	}
	return ocelli.Connect(p.Targets[one.Target], options...)
}
