package ocelli

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const (
	domain       = "ocelli"
	reasonPrefix = "ERROR_REASON_"
)

// statusError is what gRPC's errors are.
type statusError interface {
	error
	GRPCStatus() *status.Status
}

// gRPC's words, in all languages, for a message over a limit.
var sizes = regexp.MustCompile(`larger than max \((\d+) vs\. (\d+)`)

// FromStatus returns the failure of one frame, image or point, an [*Error], or nil if there is none.
func FromStatus(failed *spb.Status) error {
	if failed.GetCode() == int32(codes.OK) {
		return nil
	}
	described, _ := fromDetails(status.FromProto(failed))
	return described
}

// explain makes an [*Error] of what a call to address ended with. [io.EOF], the good end of a stream,
// and errors of this package stay.
func explain(err error, address string) error {
	if _, known := errors.AsType[*Error](err); err == nil || err == io.EOF || known {
		return err
	}
	// The innermost status: gRPC wraps those of calls that it repeated in words of its own.
	ended := status.FromContextError(err)
	if inner, ok := errors.AsType[statusError](err); ok {
		ended = inner.GRPCStatus()
	}
	failed, fromService := fromDetails(ended)
	if !fromService {
		failed.explainPlain(address)
	}
	failed.cause = err
	return failed
}

// fromDetails reads a status, and tells whether it is from a service of Ocelli's.
func fromDetails(from *status.Status) (failed *Error, fromService bool) {
	failed = &Error{Code: from.Code(), Message: from.Message(), status: from}
	if failed.Message == "" {
		failed.Message = from.Code().String()
	}
	for _, detail := range from.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			if detail.GetDomain() == domain {
				fromService = true
				failed.Reason = ocelliv1.ErrorReason(ocelliv1.ErrorReason_value[reasonPrefix+detail.GetReason()])
			}
		case *errdetails.BadRequest:
			for _, found := range detail.GetFieldViolations() {
				failed.Violations = append(failed.Violations, FieldViolation{found.GetField(), found.GetDescription()})
			}
		case *errdetails.ResourceInfo:
			failed.Resource = detail.GetResourceName()
		case *errdetails.QuotaFailure:
			if found := detail.GetViolations(); len(found) > 0 {
				failed.Quota = found[0].GetSubject()
			}
		case *errdetails.RetryInfo:
			failed.RetryAfter = detail.GetRetryDelay().AsDuration()
		}
	}
	failed.Hint = hints[failed.Reason]
	return failed, fromService
}

// explainPlain says more of a call that gRPC itself ended, here or there, or a proxy.
func (e *Error) explainPlain(address string) {
	if found := sizes.FindStringSubmatch(e.Message); found != nil && e.Code == codes.ResourceExhausted {
		whose, raise := "the server", "raise max_message_bytes of the server"
		if strings.HasPrefix(e.Message, "trying to send") || strings.HasPrefix(e.Message, "grpc: received") {
			whose, raise = "this client", "raise WithMaxMessageBytes"
		}
		e.Reason = ocelliv1.ErrorReason_ERROR_REASON_MESSAGE_TOO_LARGE
		e.Message = fmt.Sprintf("a message of %s bytes is over the limit of %s, %s", found[1], whose, found[2])
		e.Hint = "send an encoded or a smaller image, or " + raise
		return
	}
	switch e.Code {
	case codes.DeadlineExceeded:
		e.Reason = ocelliv1.ErrorReason_ERROR_REASON_DEADLINE_EXCEEDED
		e.Message, e.Hint = "no answer from "+address+" in the time allowed", hints[e.Reason]
	case codes.ResourceExhausted:
		e.Hint = "the server has all the calls that it takes: repeat this one later"
	case codes.Unauthenticated, codes.PermissionDenied:
		e.Hint = "check the token: WithToken, WithTokenSource"
	default:
		e.explainUnreachable(address)
	}
}
