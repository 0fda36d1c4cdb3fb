package ocelli_test

import (
	"errors"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func TestErrorsAreSortedByWhatCanBeDone(t *testing.T) {
	all := []error{
		ocelli.ErrInvalidRequest, ocelli.ErrImage, ocelli.ErrMessageTooLarge, ocelli.ErrNotFound,
		ocelli.ErrAlreadyExists, ocelli.ErrNotPossible, ocelli.ErrUnavailable, ocelli.ErrOverloaded,
		ocelli.ErrDeadlineExceeded, ocelli.ErrCanceled, ocelli.ErrServer,
	}
	for name, one := range map[string]struct {
		code      codes.Code
		reason    string
		kinds     []error
		retryable bool
	}{
		"field":       {codes.InvalidArgument, "INVALID_FIELD", []error{ocelli.ErrInvalidRequest}, false},
		"image":       {codes.InvalidArgument, "IMAGE_LAYOUT", []error{ocelli.ErrInvalidRequest, ocelli.ErrImage}, false},
		"size":        {codes.ResourceExhausted, "MESSAGE_TOO_LARGE", []error{ocelli.ErrInvalidRequest, ocelli.ErrMessageTooLarge}, false},
		"answer":      {codes.ResourceExhausted, "ANSWER_TOO_LARGE", []error{ocelli.ErrInvalidRequest, ocelli.ErrMessageTooLarge}, false},
		"bytes":       {codes.InvalidArgument, "MESSAGE_INVALID", []error{ocelli.ErrInvalidRequest}, false},
		"model":       {codes.NotFound, "MODEL_NOT_FOUND", []error{ocelli.ErrNotFound}, false},
		"collection":  {codes.AlreadyExists, "COLLECTION_EXISTS", []error{ocelli.ErrAlreadyExists}, false},
		"choice":      {codes.FailedPrecondition, "MODEL_NOT_CHOSEN", []error{ocelli.ErrNotPossible}, false},
		"draining":    {codes.Unavailable, "DRAINING", []error{ocelli.ErrUnavailable}, true},
		"overloaded":  {codes.ResourceExhausted, "OVERLOADED", []error{ocelli.ErrOverloaded}, true},
		"deadline":    {codes.DeadlineExceeded, "DEADLINE_EXCEEDED", []error{ocelli.ErrDeadlineExceeded}, true},
		"cancelled":   {codes.Canceled, "", []error{ocelli.ErrCanceled}, false},
		"fault":       {codes.Internal, "INTERNAL", []error{ocelli.ErrServer}, false},
		"newer's own": {codes.NotFound, "NOT_YET_KNOWN", []error{ocelli.ErrNotFound}, false},
	} {
		t.Run(name, func(t *testing.T) {
			err := ocelli.FromStatus(described(t, one.code, &errdetails.ErrorInfo{Domain: ocelliv1.ErrorDomain, Reason: one.reason}).Proto())
			for _, kind := range all {
				wanted := false
				for _, listed := range one.kinds {
					wanted = wanted || listed == kind
				}
				if errors.Is(err, kind) != wanted {
					t.Errorf("%v is %v: %v", one.reason, kind, !wanted)
				}
			}
			failed := failure(err)
			if known := one.reason != "" && one.reason != "NOT_YET_KNOWN"; (failed.Hint != "") != known || string(failed.Reason) != one.reason {
				t.Errorf("reason %q, hint %q", failed.Reason, failed.Hint)
			}
			if failed.IsRetryable() != one.retryable {
				t.Errorf("retryable: %v", failed.IsRetryable())
			}
			if status.Code(err) != one.code || len(status.Convert(err).Details()) != 1 {
				t.Errorf("as a status: %v", status.Convert(err))
			}
		})
	}
}

func TestDetailsAreRead(t *testing.T) {
	err := ocelli.FromStatus(described(t, codes.InvalidArgument,
		&errdetails.ErrorInfo{Domain: "elsewhere", Reason: "IMAGE_EMPTY"},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "a.b", Description: "no"}}},
		&errdetails.ResourceInfo{ResourceName: "lynx"},
		&errdetails.QuotaFailure{Violations: []*errdetails.QuotaFailure_Violation{{Subject: "max_calls"}}},
	).Proto())
	failed := failure(err)
	if failed == nil || failed.Reason != ocelli.ReasonNone || failed.Resource != "lynx" ||
		failed.Quota != "max_calls" || failed.Violations[0] != (ocelli.FieldViolation{Field: "a.b", Description: "no"}) {
		t.Errorf("%+v", failed)
	}
	if ocelli.FromStatus(nil) != nil {
		t.Error("no status is an error")
	}
}

// A message over a limit, of either side, has a reason that gRPC does not give.
func TestMessagesOverALimit(t *testing.T) {
	large := ocelli.Pixels(ocelli.FormatGray, make([]byte, 40<<20), 8<<10, 5<<10)
	_, here := edge(t).Detect(t.Context(), large, nil)
	_, there := edge(t, ocelli.WithMaxMessageBytes(64<<20)).Detect(t.Context(), large, nil)
	_, answer := edge(t, ocelli.WithMaxMessageBytes(100)).ListModels(t.Context())
	for err, limit := range map[error]string{here: "WithMaxMessageBytes", there: "of the server", answer: "WithMaxMessageBytes"} {
		if !errors.Is(err, ocelli.ErrMessageTooLarge) || !strings.Contains(err.Error(), limit) || failure(err).Hint == "" {
			t.Errorf("%v", err)
		}
	}
}

// failure is the SDK's error, or nil.
func failure(err error) *ocelli.Error {
	var failed *ocelli.Error
	errors.As(err, &failed)
	return failed
}

func described(t *testing.T, code codes.Code, details ...protoadapt.MessageV1) *status.Status {
	t.Helper()
	made, err := status.New(code, "it failed").WithDetails(details...)
	if err != nil {
		t.Fatal(err)
	}
	return made
}
