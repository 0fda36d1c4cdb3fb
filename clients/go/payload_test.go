package ocelli_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func TestPayloadsComeBackAsJSONHasThem(t *testing.T) {
	type label string
	server := &recorder{}
	_, err := recorded(t, server).UpsertPoints(t.Context(), "c", ocelli.Point{Payload: ocelli.Payload{
		"text": label("a"), "on": true, "none": nil, "int": int64(-1 << 53), "uint": uint64(1 << 53), "float": float32(0.5),
		"list": []any{1, "b", nil}, "strings": []string{"c"}, "map": map[string][]int{"d": {2}}, "bytes": [2]byte{3, 4},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"text": "a", "on": true, "none": nil, "int": -0x1p53, "uint": 0x1p53, "float": 0.5,
		"list": []any{1.0, "b", nil}, "strings": []any{"c"}, "map": map[string]any{"d": []any{2.0}}, "bytes": []any{3.0, 4.0},
	}
	if got := server.last.(*ocelliv1.UpsertPointsRequest).GetPoints()[0].GetPayload().AsMap(); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestPayloadsThatJSONCannotSay(t *testing.T) {
	client := recorded(t, &recorder{})
	for name, value := range map[string]any{
		"int": 1<<53 + 1, "negative": -1<<53 - 1, "least": math.MinInt64, "uint": uint64(math.MaxUint64),
		"nan": math.NaN(), "infinite": math.Inf(-1), "channel": make(chan int), "struct": struct{}{},
		"keys": map[int]string{1: "a"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := client.UpsertPoints(t.Context(), "c", ocelli.Point{Payload: ocelli.Payload{"outer": []any{value}}})
			failed := failure(err)
			if failed == nil || len(failed.Violations) != 1 || failed.Violations[0].Field != "payload.outer[0]" {
				t.Errorf("%v", err)
			}
		})
	}
}
