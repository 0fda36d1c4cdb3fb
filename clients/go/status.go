package ocelli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const reasonPrefix = "ERROR_REASON_"

// statusError is what gRPC's errors are.
type statusError interface {
	error
	GRPCStatus() *status.Status
}

// gRPC's words, in all languages, for a message over a limit: it has no code of its own.
var sizes = regexp.MustCompile(`larger than max \((\d+) vs\. (\d+)`)

// FromStatus returns the failure of one frame, image, point or search, an [*Error], or nil if there is
// none; for answers to generated stubs.
func FromStatus(failed *spb.Status) error {
	if failed.GetCode() == int32(codes.OK) {
		return nil
	}
	described, _ := fromDetails(status.FromProto(failed))
	return described
}

// circumstances are those of a call that ended.
type circumstances struct {
	// The address that it went to.
	address string
	// How long to wait before another attempt if nobody says.
	backoff time.Duration
	// Tells whether something there speaks gRPC.
	answered func() bool
	// Why the caller no longer wants the call; nil if it does.
	gaveUp func() error
}

// explain makes an [*Error] of what a call ended with. [io.EOF], the good end of a stream, and errors of
// this package stay.
func explain(err error, of circumstances) error {
	var known *Error
	if err == nil || err == io.EOF || errors.As(err, &known) {
		return err
	}
	// The innermost status: gRPC wraps those of calls that it repeated in words of its own.
	ended := status.FromContextError(err)
	var inner statusError
	if errors.As(err, &inner) {
		ended = inner.GRPCStatus()
	}
	failed, fromService := fromDetails(ended)
	if !fromService {
		failed.explainPlain(of)
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
			if detail.GetDomain() == ocelliv1.ErrorDomain {
				fromService = true
				failed.Reason = Reason(detail.GetReason())
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
	failed.Hint = failed.Reason.hint()
	return failed, fromService
}

// explainPlain says more of a call that gRPC itself ended, here or there, or a proxy.
func (e *Error) explainPlain(of circumstances) {
	switch e.Code {
	case codes.Unavailable:
		e.explainUnreachable(of.address)
	case codes.Unknown, codes.Unimplemented: // gRPC's codes for HTTP status codes of other servers
		if !of.answered() {
			e.explainUnreachable(of.address)
		} else if e.Code == codes.Unimplemented {
			e.Message = of.address + " does not offer this call: " + e.Message
			e.Hint = "is it an Ocelli server, and of the same version as this client?"
		}
	case codes.Canceled:
		e.explainCanceled(of)
	case codes.DeadlineExceeded:
		e.explainLate(of.address)
	case codes.ResourceExhausted:
		e.explainExhausted()
	case codes.Unauthenticated, codes.PermissionDenied:
		e.Hint = "check the token: WithToken, WithTokenSource"
	}
}

func (e *Error) explainLate(address string) {
	e.Code, e.status = codes.DeadlineExceeded, nil
	e.Reason = ReasonDeadlineExceeded
	e.Message, e.Hint = "no answer from "+address+" in the time allowed", e.Reason.hint()
}

// explainCanceled tells a call that the caller gave up from one that was ended for it, as a server or a
// proxy does that stops.
func (e *Error) explainCanceled(of circumstances) {
	switch gaveUp := of.gaveUp(); {
	case gaveUp == nil:
		e.Code, e.status, e.interrupted = codes.Unavailable, nil, true
		e.Message = "the server, or the connection to it, ended the call to " + of.address + ": " + oneLine(e.Message)
		e.Hint, e.RetryAfter = "retry after the delay", of.backoff
	case errors.Is(gaveUp, context.DeadlineExceeded):
		e.explainLate(of.address)
	}
}

// isInterrupted tells whether a call was ended as canceled though its caller did not cancel it.
func isInterrupted(err error) bool {
	var failed *Error
	return errors.As(err, &failed) && failed.interrupted
}

// explainExhausted tells a message over a limit from too many calls.
func (e *Error) explainExhausted() {
	found := sizes.FindStringSubmatch(e.Message)
	if found == nil {
		e.Hint = "the server has all the calls that it takes: retry later"
		return
	}
	whose := serverLimit
	if strings.HasPrefix(e.Message, "trying to send") || strings.HasPrefix(e.Message, "grpc: received") {
		whose = clientLimit
	}
	*e = *tooLarge(found[1], found[2], whose)
}

const (
	clientLimit = "this client (WithMaxMessageBytes)"
	serverLimit = "the server"
)

// tooLarge is the error of a message over a limit, both in bytes.
func tooLarge(size, limit any, whose string) *Error {
	return &Error{
		Code:    codes.ResourceExhausted,
		Reason:  ReasonMessageTooLarge,
		Message: fmt.Sprintf("a message of %v bytes is over the limit of %s, %v", size, whose, limit),
		Hint:    ReasonMessageTooLarge.hint(),
	}
}
