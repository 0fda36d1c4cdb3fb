package main

import (
	"fmt"
	"slices"
)

// expectation is the object "expect" of a case.
type expectation map[string]any

// difference says in one line how a case differs from what is expected, or nothing.
func (e expectation) difference(found *seen, err error) string {
	if differs := e.ofEnd(err); differs != "" {
		return differs
	}
	if found == nil { // a unary call failed as expected
		found = &seen{}
	}
	for key, actual := range map[string]any{
		"response": found.response, "window": found.window(), "windows": found.windows,
	} {
		if expected, has := e[key]; has {
			if differs := difference(expected, actual, key); differs != "" {
				return differs
			}
		}
	}
	if differs := e.ofAnswers(found.answers); differs != "" {
		return differs
	}
	if e["in_order"] == true {
		return inOrder(found.sentIDs(), found.answers)
	}
	return ""
}

func (e expectation) ofDuration(tookMS float64) string {
	if limit, has := e["within_ms"].(float64); has && tookMS > limit {
		return fmt.Sprintf("it took %v ms, expected at most %v", tookMS, limit)
	}
	if limit, has := e["at_least_ms"].(float64); has && tookMS < limit {
		return fmt.Sprintf("it took %v ms, expected at least %v", tookMS, limit)
	}
	return ""
}

func (e expectation) ofEnd(err error) string {
	expected, has := e["error"]
	switch {
	case err == nil && has:
		return fmt.Sprintf("no error; expected %v", expected)
	case err == nil:
		return ""
	case !has:
		return fmt.Sprintf("an unexpected error: %v", err)
	}
	described := describeError(err)
	if described == nil {
		return fmt.Sprintf("an error that is not the SDK's: %v", err)
	}
	if differs := difference(expected, described, "error"); differs != "" {
		return fmt.Sprintf("%s; it was: %v", differs, err)
	}
	return ""
}

func (e expectation) ofAnswers(found []answer) string {
	if count, has := e["count"]; has {
		if differs := difference(count, float64(len(found)), "count"); differs != "" {
			return differs
		}
	}
	wanted, has := e["answers"].([]any)
	if has && len(wanted) != len(found) {
		return fmt.Sprintf("answers: expected %d, got %d", len(wanted), len(found))
	}
	counts := map[string]float64{}
	for at, one := range found {
		counts[one.outcome()]++
		path := fmt.Sprintf("answers[%d]", at)
		if has {
			if differs := ofAnswer(wanted[at], one, path); differs != "" {
				return differs
			}
		}
		if each, has := e["each"]; has {
			if differs := ofAnswer(each, one, path); differs != "" {
				return differs
			}
		}
	}
	outcomes, _ := e["outcomes"].(map[string]any)
	for name, number := range outcomes {
		if differs := difference(number, counts[name], "outcomes."+name); differs != "" {
			return differs
		}
	}
	return ""
}

func ofAnswer(expected any, found answer, path string) string {
	wanted, _ := expected.(map[string]any)
	if failure, has := wanted["error"]; has && found.outcome() != "error" {
		return fmt.Sprintf("%s: no error; expected %v", path, failure)
	}
	return difference(expected, found.json, path)
}

func inOrder(sent []string, answers []answer) string {
	answered := make([]string, len(answers))
	for at, one := range answers {
		answered[at] = one.id
	}
	if len(answered) > len(sent) || !slices.Equal(answered, sent[:len(answered)]) {
		return fmt.Sprintf("in_order: sent %v, answered %v", sent, answered)
	}
	return ""
}
