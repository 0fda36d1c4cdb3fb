package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"

	_ "google.golang.org/genproto/googleapis/rpc/errdetails" // what the Any of a status holds
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// golden is a message that all languages encode.
type golden struct {
	Name string `json:"name"`
	Type string `json:"type"`
	JSON any    `json:"json"`
}

type crossed struct {
	Messages []crossedMessage `json:"messages"`
}

type crossedMessage struct {
	Name  string `json:"name"`
	Type  string `json:"type,omitempty"`
	Bytes []byte `json:"bytes,omitempty"`
	JSON  any    `json:"json,omitempty"`
}

// encode returns the binary form in base64.
func (g *golden) encode(files string) (string, error) {
	message, err := messageOf(g.Type)
	if err != nil {
		return "", err
	}
	if err := parse(g.JSON, files, message); err != nil {
		return "", err
	}
	encoded, err := proto.Marshal(message)
	return base64.StdEncoding.EncodeToString(encoded), err
}

// decode parses messages that other languages encoded.
func decode(text []byte) (any, error) {
	var asked crossed
	if err := json.Unmarshal(text, &asked); err != nil {
		return nil, err
	}
	found := crossed{Messages: []crossedMessage{}}
	for _, one := range asked.Messages {
		message, err := messageOf(one.Type)
		if err != nil {
			return nil, err
		}
		if err := proto.Unmarshal(one.Bytes, message); err != nil {
			return nil, err
		}
		found.Messages = append(found.Messages, crossedMessage{Name: one.Name, JSON: withNegativeZero(toJSON(message))})
	}
	return found, nil
}

func messageOf(name string) (proto.Message, error) {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
	if err != nil {
		return nil, err
	}
	return kind.New().Interface(), nil
}

// parse reads a message from JSON in which objects may stand for bytes; nothing is an empty message.
func parse(value any, files string, message proto.Message) error {
	if value == nil {
		return nil
	}
	var failure error
	withBytes := replaced(value, func(inner any) (any, bool) {
		described, _ := inner.(map[string]any)
		if name, ok := described["$file"].(string); ok {
			content, err := os.ReadFile(filepath.Join(files, name))
			failure = errors.Join(failure, err)
			return content, true // encoding/json writes bytes as base64
		}
		count, ok := described["$zeros"].(float64)
		return make([]byte, int(count)), ok
	})
	text, err := json.Marshal(withBytes)
	if err := errors.Join(failure, err); err != nil {
		return err
	}
	return protojson.Unmarshal(text, message)
}

// withNegativeZero writes -0 so that readers who take "-0" for an integer keep its sign.
func withNegativeZero(value any) any {
	return replaced(value, func(inner any) (any, bool) {
		number, ok := inner.(float64)
		return json.RawMessage("-0.0"), ok && number == 0 && math.Signbit(number)
	})
}

// replaced returns JSON with everything replaced for which change gives something else.
func replaced(value any, change func(any) (any, bool)) any {
	if other, changed := change(value); changed {
		return other
	}
	switch value := value.(type) {
	case map[string]any:
		made := make(map[string]any, len(value))
		for key, inner := range value {
			made[key] = replaced(inner, change)
		}
		return made
	case []any:
		made := make([]any, len(value))
		for at, inner := range value {
			made[at] = replaced(inner, change)
		}
		return made
	default:
		return value
	}
}

// toJSON returns a message in the JSON mapping, without the fields that have their default.
func toJSON(message proto.Message) any {
	text, err := protojson.Marshal(message)
	if err != nil {
		return map[string]any{"unprintable": err.Error()}
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return map[string]any{"unprintable": err.Error()}
	}
	return value
}
