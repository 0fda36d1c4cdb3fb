package ocelli

import (
	"google.golang.org/protobuf/types/known/structpb"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Scalar is what a payload field can be compared with. Integers have at most 53 bits.
type Scalar interface {
	~string | ~bool | ~int | ~int32 | ~int64 | ~float32 | ~float64
}

// Filter is a condition on the payloads of points, of fields that their collection declares.
type Filter struct{ message *ocelliv1.Filter }

// Range is a range of numbers with any bounds, at least one.
type Range struct {
	// Gt and Gte: a value is greater than, or at least, this. nil: no such bound.
	Gt, Gte *float64
	// Lt and Lte: a value is less than, or at most, this. nil: no such bound.
	Lt, Lte *float64
}

// Equals is the condition that a field has this value. If the field holds a list, one of its members.
func Equals[V Scalar](field string, value V) *Filter {
	return &Filter{&ocelliv1.Filter{Condition: &ocelliv1.Filter_Equals{
		Equals: &ocelliv1.FilterEquals{Field: field, Value: scalar(value)},
	}}}
}

// OneOf is the condition that a field, a keyword or an integer, has one of these values.
func OneOf[V Scalar](field string, values ...V) *Filter {
	packed := make([]*structpb.Value, len(values))
	for at, value := range values {
		packed[at] = scalar(value)
	}
	return &Filter{&ocelliv1.Filter{Condition: &ocelliv1.Filter_OneOf{
		OneOf: &ocelliv1.FilterOneOf{Field: field, Values: packed},
	}}}
}

// Between is the condition that a field is a number from low to high, both included.
func Between(field string, low, high float64) *Filter {
	return InRange(field, Range{Gte: &low, Lte: &high})
}

// AtLeast is the condition that a field is a number of at least low.
func AtLeast(field string, low float64) *Filter {
	return InRange(field, Range{Gte: &low})
}

// AtMost is the condition that a field is a number of at most high.
func AtMost(field string, high float64) *Filter {
	return InRange(field, Range{Lte: &high})
}

// InRange is the condition that a field is a number in a range.
func InRange(field string, bounds Range) *Filter {
	return &Filter{&ocelliv1.Filter{Condition: &ocelliv1.Filter_Range{Range: &ocelliv1.FilterRange{
		Field: field, Gt: bounds.Gt, Gte: bounds.Gte, Lt: bounds.Lt, Lte: bounds.Lte,
	}}}}
}

// Matches is the condition that a field, a text, has all words of text, 1 to 100, in any order. Case and
// forms of a letter do not count.
func Matches(field, text string) *Filter {
	return matching(&ocelliv1.FilterMatch{Field: field, Text: text})
}

// MatchesAny is the condition that a field, a text, has at least one of the words of text.
func MatchesAny(field, text string) *Filter {
	return matching(&ocelliv1.FilterMatch{Field: field, Text: text, AnyWord: true})
}

func matching(match *ocelliv1.FilterMatch) *Filter {
	return &Filter{&ocelliv1.Filter{Condition: &ocelliv1.Filter_Match{Match: match}}}
}

// AllOf is the condition that all of these hold.
func AllOf(filters ...*Filter) *Filter {
	return &Filter{&ocelliv1.Filter{Condition: &ocelliv1.Filter_AllOf{
		AllOf: &ocelliv1.FilterAllOf{Filters: each(filters, (*Filter).pack)},
	}}}
}

// AnyOf is the condition that at least one of these holds.
func AnyOf(filters ...*Filter) *Filter {
	return &Filter{&ocelliv1.Filter{Condition: &ocelliv1.Filter_AnyOf{
		AnyOf: &ocelliv1.FilterAnyOf{Filters: each(filters, (*Filter).pack)},
	}}}
}

// NoneOf is the condition that none of these holds.
func NoneOf(filters ...*Filter) *Filter {
	return &Filter{&ocelliv1.Filter{Condition: &ocelliv1.Filter_NoneOf{
		NoneOf: &ocelliv1.FilterNoneOf{Filters: each(filters, (*Filter).pack)},
	}}}
}

// pack returns the filter as the contract has it; no filter is none.
func (f *Filter) pack() *ocelliv1.Filter {
	if f == nil {
		return nil
	}
	return f.message
}
