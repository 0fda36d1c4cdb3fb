package main

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

const tolerance = 1e-4

// difference says in one line where actual differs from what is expected, or nothing. A nil actual is a
// key that the answer lacks.
func difference(expected, actual any, path string) string {
	fits := false
	switch expected := expected.(type) {
	case map[string]any:
		for name, matches := range matchers {
			if _, has := expected[name]; has {
				return unless(matches(expected, actual), expected, actual, path)
			}
		}
		return ofObjects(expected, actual, path)
	case []any:
		return ofArrays(expected, actual, path)
	case float64:
		number, ok := actual.(float64)
		if actual == nil {
			number, ok = 0, expected == 0
		}
		fits = ok && math.Abs(number-expected) <= tolerance+tolerance*math.Abs(expected)
	case string:
		fits = actual == any(expected) || actual == nil && (expected == "" || expected == "0")
	case bool:
		fits = actual == any(expected) || actual == nil && !expected
	default:
		fits = actual == nil
	}
	return unless(fits, expected, actual, path)
}

func ofObjects(expected map[string]any, actual any, path string) string {
	found, ok := actual.(map[string]any)
	if !ok && actual != nil {
		return unless(false, "an object", actual, path)
	}
	for key, inner := range expected {
		if differs := difference(inner, found[key], path+"."+key); differs != "" {
			return differs
		}
	}
	return ""
}

func ofArrays(expected []any, actual any, path string) string {
	found, ok := actual.([]any)
	if !ok && actual != nil || len(found) != len(expected) {
		return unless(false, fmt.Sprintf("%d elements", len(expected)), actual, path)
	}
	for at, inner := range expected {
		if differs := difference(inner, found[at], fmt.Sprintf("%s[%d]", path, at)); differs != "" {
			return differs
		}
	}
	return ""
}

var matchers map[string]func(expected map[string]any, actual any) bool

// What contains matchers is matched by them: the table cannot be its own initial value.
func init() {
	matchers = map[string]func(map[string]any, any) bool{
		"$near":     near,
		"$between":  between,
		"$length":   length,
		"$starts":   starts,
		"$contains": contains,
		"$nonempty": nonempty,
	}
}

func near(expected map[string]any, actual any) bool {
	number, ok := number(actual)
	centre, known := expected["$near"].(float64)
	within, bounded := expected["$within"].(float64)
	return ok && known && bounded && math.Abs(number-centre) <= within
}

func between(expected map[string]any, actual any) bool {
	bounds, _ := expected["$between"].([]any)
	if len(bounds) != 2 {
		return false
	}
	low, hasLow := number(bounds[0])
	high, hasHigh := number(bounds[1])
	found, ok := number(actual)
	return ok && hasLow && hasHigh && low <= found && found <= high
}

func length(expected map[string]any, actual any) bool {
	found := 0
	switch actual := actual.(type) {
	case nil:
	case []any:
		found = len(actual)
	case string:
		found = len([]rune(actual))
	default:
		return false
	}
	return expected["$length"] == any(float64(found))
}

func starts(expected map[string]any, actual any) bool {
	wanted, _ := expected["$starts"].([]any)
	found, _ := actual.([]any)
	return len(found) >= len(wanted) && ofArrays(wanted, found[:len(wanted)], "") == ""
}

func contains(expected map[string]any, actual any) bool {
	wanted := expected["$contains"]
	switch actual := actual.(type) {
	case string:
		part, ok := wanted.(string)
		return ok && strings.Contains(actual, part)
	case []any:
		for _, inner := range actual {
			if difference(wanted, inner, "") == "" {
				return true
			}
		}
	}
	return false
}

func nonempty(expected map[string]any, actual any) bool {
	list, isList := actual.([]any)
	empty := actual == nil || actual == any("") || actual == any("0") || actual == any(0.0) ||
		isList && len(list) == 0
	return expected["$nonempty"] == any(!empty)
}

// number reads a number, a string of one, or the default of an absent one.
func number(value any) (float64, bool) {
	switch value := value.(type) {
	case nil:
		return 0, true
	case float64:
		return value, true
	case string:
		parsed, err := strconv.ParseFloat(value, 64)
		return parsed, err == nil
	default:
		return 0, false
	}
}

func unless(fits bool, expected, actual any, path string) string {
	if fits {
		return ""
	}
	shown := "nothing"
	if actual != nil {
		text, _ := json.Marshal(actual)
		shown = string(text[:min(len(text), 200)])
	}
	wanted := fmt.Sprint(expected)
	if reflect.ValueOf(expected).Kind() == reflect.Map {
		text, _ := json.Marshal(expected)
		wanted = string(text)
	}
	return fmt.Sprintf("%s: expected %s, got %s", path, wanted, shown)
}
