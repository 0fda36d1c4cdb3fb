package ocelli

import (
	"context"
	"fmt"
	"math"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// ledger pairs the items of one stream with the server's answers.
//
// An item that cannot be sent (its file is gone, it is over a message size) goes out without its
// image. The server refuses it in its turn, which keeps the order, and the caller gets the reason
// found here.
//
// One goroutine reserves and packs, another one reads.
type ledger[Request, Response, Item, Answer any] struct {
	kind     streamKind[Request, Response, Item, Answer]
	maxBytes int
	// The option, here or there, that maxBytes comes from.
	limit string
	// Holds one value for each item that is drawn or unanswered.
	room chan struct{}
	// Holds what to answer, in the order of sending; nil: what the server says.
	unanswered chan *Answer
}

func newLedger[Request, Response, Item, Answer any](
	kind streamKind[Request, Response, Item, Answer], window Window, maxMessageBytes int,
) *ledger[Request, Response, Item, Answer] {
	maxBytes, limit := maxMessageBytes, "WithMaxMessageBytes"
	if granted := window.MaxMessageBytes; granted != 0 && granted <= uint64(maxBytes) {
		maxBytes, limit = int(min(granted, math.MaxInt32)), "max_message_bytes of the server"
	}
	size := max(1, window.maxUnanswered)
	return &ledger[Request, Response, Item, Answer]{
		kind, maxBytes, limit, make(chan struct{}, size), make(chan *Answer, size),
	}
}

// reserve waits until one more item may be sent; false if ctx is done first.
func (l *ledger[Request, Response, Item, Answer]) reserve(ctx context.Context) bool {
	select {
	case l.room <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// pack makes the message of the next item.
func (l *ledger[Request, Response, Item, Answer]) pack(item Item) *Request {
	request, err := l.kind.pack(item)
	if err == nil {
		err = l.checkSize(request)
	}
	if err != nil {
		answer := l.kind.fail(item, err)
		l.unanswered <- &answer
		return l.kind.blank(item)
	}
	l.unanswered <- nil
	return request
}

// answer makes the answer to the oldest unanswered item.
func (l *ledger[Request, Response, Item, Answer]) answer(response *Response) (Answer, error) {
	answer, ok := l.kind.answer(response)
	if ok {
		select {
		case failed := <-l.unanswered:
			<-l.room
			if failed != nil {
				answer = *failed
			}
			return answer, nil
		default:
		}
	}
	return answer, serverFault("the server sent a message on the stream that answers nothing")
}

// close checks that the server, which has ended the stream, left nothing unanswered.
func (l *ledger[Request, Response, Item, Answer]) close() error {
	if left := len(l.unanswered); left > 0 {
		return serverFault(fmt.Sprintf("the server ended the stream and left %d unanswered", left))
	}
	return nil
}

func (l *ledger[Request, Response, Item, Answer]) checkSize(request *Request) error {
	size := proto.Size(any(request).(proto.Message))
	if size <= l.maxBytes {
		return nil
	}
	return &Error{
		Code:    codes.ResourceExhausted,
		Reason:  ocelliv1.ErrorReason_ERROR_REASON_MESSAGE_TOO_LARGE,
		Message: fmt.Sprintf("a message of %d bytes is over the limit, %d", size, l.maxBytes),
		Hint:    "send an encoded or a smaller image, or raise " + l.limit,
	}
}

func serverFault(message string) *Error {
	return &Error{
		Code: codes.Internal, Message: message, Hint: "is the server of the same version as this client?",
	}
}
