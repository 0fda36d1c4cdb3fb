package ocelli

import (
	"google.golang.org/protobuf/types/known/structpb"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Scalar is what a payload field can be compared with. Integers have at most 53 bits.
type Scalar interface {
	~string | ~bool | ~int | ~int32 | ~int64 | ~float32 | ~float64
}

// Equals is the condition that a field has this value. If the field holds a list, one of its members.
func Equals[V Scalar](field string, value V) *ocelliv1.Filter {
	return &ocelliv1.Filter{Condition: &ocelliv1.Filter_Equals{
		Equals: &ocelliv1.FilterEquals{Field: field, Value: scalar(value)},
	}}
}

// OneOf is the condition that a field, a keyword or an integer, has one of these values.
func OneOf[V Scalar](field string, values ...V) *ocelliv1.Filter {
	packed := make([]*structpb.Value, len(values))
	for at, value := range values {
		packed[at] = scalar(value)
	}
	return &ocelliv1.Filter{Condition: &ocelliv1.Filter_OneOf{
		OneOf: &ocelliv1.FilterOneOf{Field: field, Values: packed},
	}}
}

// Between is the condition that a field is a number from low to high, both included.
func Between(field string, low, high float64) *ocelliv1.Filter {
	return InRange(&ocelliv1.FilterRange{Field: field, Gte: &low, Lte: &high})
}

// AtLeast is the condition that a field is a number of at least low.
func AtLeast(field string, low float64) *ocelliv1.Filter {
	return InRange(&ocelliv1.FilterRange{Field: field, Gte: &low})
}

// AtMost is the condition that a field is a number of at most high.
func AtMost(field string, high float64) *ocelliv1.Filter {
	return InRange(&ocelliv1.FilterRange{Field: field, Lte: &high})
}

// InRange is the condition that a field is a number in a range, with any bounds.
func InRange(bounds *ocelliv1.FilterRange) *ocelliv1.Filter {
	return &ocelliv1.Filter{Condition: &ocelliv1.Filter_Range{Range: bounds}}
}

// AllOf is the condition that all of these hold.
func AllOf(filters ...*ocelliv1.Filter) *ocelliv1.Filter {
	return &ocelliv1.Filter{Condition: &ocelliv1.Filter_AllOf{AllOf: &ocelliv1.FilterAllOf{Filters: filters}}}
}

// AnyOf is the condition that at least one of these holds.
func AnyOf(filters ...*ocelliv1.Filter) *ocelliv1.Filter {
	return &ocelliv1.Filter{Condition: &ocelliv1.Filter_AnyOf{AnyOf: &ocelliv1.FilterAnyOf{Filters: filters}}}
}

// NoneOf is the condition that none of these holds.
func NoneOf(filters ...*ocelliv1.Filter) *ocelliv1.Filter {
	return &ocelliv1.Filter{Condition: &ocelliv1.Filter_NoneOf{NoneOf: &ocelliv1.FilterNoneOf{Filters: filters}}}
}
