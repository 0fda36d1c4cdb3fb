package ocelli

import (
	"fmt"
	"math"
	"reflect"

	"google.golang.org/protobuf/types/known/structpb"
)

// Larger integers are not told apart by the numbers of JSON, which is what payloads are kept as.
const maxExactInteger = 1 << 53

// Payload is what is known of a point: strings, booleans, finite numbers (integers of at most 53 bits),
// nil, and slices and maps of these. In answers numbers are float64, slices []any and maps map[string]any.
type Payload = map[string]any

// packPayload returns a payload as the contract has it; nil is none.
func packPayload(values Payload) (*structpb.Struct, error) {
	if values == nil {
		return nil, nil
	}
	fields, err := fields(reflect.ValueOf(values), "payload")
	return fields.GetStructValue(), err
}

func packed(value reflect.Value, path string) (*structpb.Value, error) {
	switch value.Kind() {
	case reflect.Invalid:
		return structpb.NewNullValue(), nil
	case reflect.Interface:
		return packed(value.Elem(), path)
	case reflect.String:
		return structpb.NewStringValue(value.String()), nil
	case reflect.Bool:
		return structpb.NewBoolValue(value.Bool()), nil
	case reflect.Slice, reflect.Array:
		return members(value, path)
	}
	switch {
	case value.Kind() == reflect.Map && value.Type().Key().Kind() == reflect.String:
		return fields(value, path)
	case value.CanInt() && max(value.Int(), -value.Int()) <= maxExactInteger && value.Int() != math.MinInt64:
		return structpb.NewNumberValue(float64(value.Int())), nil
	case value.CanUint() && value.Uint() <= maxExactInteger:
		return structpb.NewNumberValue(float64(value.Uint())), nil
	case value.CanFloat() && !math.IsNaN(value.Float()) && !math.IsInf(value.Float(), 0):
		return structpb.NewNumberValue(value.Float()), nil
	}
	return nil, invalid(path, fmt.Sprintf("%s is %v, of type %v", path, value, value.Type()),
		"a payload holds strings, booleans, finite numbers (integers of at most 53 bits), nil, slices, and maps by strings")
}

func fields(value reflect.Value, path string) (*structpb.Value, error) {
	made := &structpb.Struct{Fields: make(map[string]*structpb.Value, value.Len())}
	for keys := value.MapRange(); keys.Next(); {
		field, err := packed(keys.Value(), path+"."+keys.Key().String())
		if err != nil {
			return nil, err
		}
		made.Fields[keys.Key().String()] = field
	}
	return structpb.NewStructValue(made), nil
}

func members(value reflect.Value, path string) (*structpb.Value, error) {
	made := make([]*structpb.Value, value.Len())
	for at := range made {
		member, err := packed(value.Index(at), fmt.Sprintf("%s[%d]", path, at))
		if err != nil {
			return nil, err
		}
		made[at] = member
	}
	return structpb.NewListValue(&structpb.ListValue{Values: made}), nil
}

// scalar packs a value that is known to be one.
func scalar(value any) *structpb.Value {
	switch value := reflect.ValueOf(value); value.Kind() {
	case reflect.String:
		return structpb.NewStringValue(value.String())
	case reflect.Bool:
		return structpb.NewBoolValue(value.Bool())
	case reflect.Float32, reflect.Float64:
		return structpb.NewNumberValue(value.Float())
	default:
		return structpb.NewNumberValue(float64(value.Int()))
	}
}

// payloadOf unpacks a payload; none is nil.
func payloadOf(message *structpb.Struct) Payload {
	if message == nil {
		return nil
	}
	return message.AsMap()
}
