package ocelli

import (
	"context"
	"errors"
	"slices"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What can go wrong, sorted by what the caller can do about it; for [errors.Is].
var (
	// ErrInvalidRequest: the request is wrong as it stands; change it.
	ErrInvalidRequest = errors.New("ocelli: invalid request")
	// ErrImage: this image cannot be used. Also ErrInvalidRequest.
	ErrImage = errors.New("ocelli: unusable image")
	// ErrMessageTooLarge: a message, or what would answer it, is over a limit, of the client or of the
	// server. Also ErrInvalidRequest.
	ErrMessageTooLarge = errors.New("ocelli: message too large")
	// ErrNotFound: there is no model, collection or point of that name.
	ErrNotFound = errors.New("ocelli: not found")
	// ErrAlreadyExists: that name is taken.
	ErrAlreadyExists = errors.New("ocelli: already exists")
	// ErrNotPossible: the request is well formed, but the model or collection cannot do it, or this
	// client may not.
	ErrNotPossible = errors.New("ocelli: not possible")
	// ErrUnavailable: the server, Triton, a model or the index is not there. The same call may succeed
	// later.
	ErrUnavailable = errors.New("ocelli: unavailable")
	// ErrOverloaded: everything that may be in flight is in flight. The same call may succeed later.
	ErrOverloaded = errors.New("ocelli: overloaded")
	// ErrDeadlineExceeded: no answer within the time allowed. Also context.DeadlineExceeded.
	ErrDeadlineExceeded = errors.New("ocelli: deadline exceeded")
	// ErrCanceled: the call was given up. Also context.Canceled.
	ErrCanceled = errors.New("ocelli: canceled")
	// ErrServer: a fault of the server or of the model; the server's log knows more.
	ErrServer = errors.New("ocelli: server fault")
)

// Error is any failure of a call, or of one item of a stream or batch.
type Error struct {
	// Code is the gRPC status code.
	Code codes.Code
	// Reason tells it exactly, or is [ReasonNone].
	Reason Reason
	// Message says in one line what happened.
	Message string
	// Hint says what to do about it, or is empty.
	Hint string
	// Violations are the request's fields that were refused.
	Violations []FieldViolation
	// Resource is the name of the model, collection or point that the failure is about, or empty.
	Resource string
	// Quota is the limit of the server that was hit, such as "max_inflight_bytes", or empty.
	Quota string
	// RetryAfter is how long to wait before another attempt; 0 if the server does not say.
	RetryAfter time.Duration

	status      *status.Status
	cause       error
	interrupted bool
}

// FieldViolation is one field of a request that was refused.
type FieldViolation struct {
	// Field is its path, such as "image.encoded".
	Field string
	// Description says what is wrong with it.
	Description string
}

// Error returns the message, and the hint in brackets.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + " (" + e.Hint + ")"
}

// IsRetryable tells whether the same call may succeed later.
func (e *Error) IsRetryable() bool {
	kinds := e.kinds()
	return slices.Contains(kinds, ErrUnavailable) || slices.Contains(kinds, ErrOverloaded) ||
		slices.Contains(kinds, ErrDeadlineExceeded)
}

// Is tells whether the error is of a kind, such as [ErrNotFound].
func (e *Error) Is(kind error) bool { return slices.Contains(e.kinds(), kind) }

// Unwrap returns what it comes from, such as the error of a file, or nil.
func (e *Error) Unwrap() error { return e.cause }

// GRPCStatus returns the status with its details, for [status.FromError].
func (e *Error) GRPCStatus() *status.Status {
	if e.status == nil {
		return status.New(e.Code, e.Message)
	}
	return e.status
}

func (e *Error) kinds() []error {
	switch e.Reason {
	case ReasonMessageTooLarge, ReasonAnswerTooLarge:
		return []error{ErrInvalidRequest, ErrMessageTooLarge}
	case ReasonImageEmpty, ReasonImageFormatUnknown, ReasonImageCorrupt, ReasonImageTooLarge, ReasonImageLayout,
		ReasonRegionOutsideImage:
		return []error{ErrInvalidRequest, ErrImage}
	}
	switch e.Code {
	case codes.InvalidArgument, codes.OutOfRange:
		return []error{ErrInvalidRequest}
	case codes.NotFound:
		return []error{ErrNotFound}
	case codes.AlreadyExists:
		return []error{ErrAlreadyExists}
	case codes.FailedPrecondition, codes.Unimplemented, codes.Unauthenticated, codes.PermissionDenied:
		return []error{ErrNotPossible}
	case codes.Unavailable:
		return []error{ErrUnavailable}
	case codes.ResourceExhausted:
		return []error{ErrOverloaded}
	case codes.DeadlineExceeded:
		return []error{ErrDeadlineExceeded, context.DeadlineExceeded}
	case codes.Canceled:
		return []error{ErrCanceled, context.Canceled}
	default:
		return []error{ErrServer}
	}
}

// invalid makes the error of a request that this side refuses to send.
func invalid(field, message, hint string) *Error {
	return &Error{
		Code:       codes.InvalidArgument,
		Message:    message,
		Hint:       hint,
		Violations: []FieldViolation{{Field: field, Description: message}},
	}
}
