package ocelli

import (
	"fmt"
	"math"
	"time"
)

// Ptr returns a pointer to a value, for options that may be left out.
func Ptr[Value any](value Value) *Value { return &value }

// orZero returns what a pointer leads to, or the zero value for nil.
func orZero[Value any](pointer *Value) (value Value) {
	if pointer != nil {
		value = *pointer
	}
	return value
}

// numbers turns numbers into those of the contract, and keeps the error of the first that cannot be one.
type numbers struct{ err error }

// count takes a number of things, or a size; 0 is the default.
func (n *numbers) count(field string, number int) uint32 {
	if number < 0 || number > math.MaxInt32 {
		n.refuse(field, number, fmt.Sprintf("expected 0 to %d", math.MaxInt32))
		return 0
	}
	return uint32(number)
}

// milliseconds takes a time; a part of a millisecond counts as one, since 0 has a meaning of its own.
func (n *numbers) milliseconds(field string, duration, most time.Duration) uint32 {
	rounded := int64(duration / time.Millisecond)
	if duration%time.Millisecond > 0 {
		rounded++
	}
	if duration < 0 || rounded > math.MaxUint32 { // the server refuses what is over most and can be sent
		n.refuse(field, duration, fmt.Sprintf("expected 0 to %v", most))
		return 0
	}
	return uint32(rounded)
}

func (n *numbers) refuse(field string, value any, hint string) {
	if n.err == nil {
		n.err = invalid(field, fmt.Sprintf("%s is %v", field, value), hint)
	}
}

func microseconds(number uint64) time.Duration { return time.Duration(number) * time.Microsecond }

// each converts the elements of a list; of none it is nil.
func each[From, To any](from []From, convert func(From) To) []To {
	if len(from) == 0 {
		return nil
	}
	made := make([]To, len(from))
	for at, one := range from {
		made[at] = convert(one)
	}
	return made
}
