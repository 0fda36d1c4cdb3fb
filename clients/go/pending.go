package ocelli

import (
	"context"
	"fmt"
	"math"
	"sync"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// pending pairs the items of one stream with the server's answers, within the server's window.
//
// An item that cannot be sent (its file is gone, it is over a message size) goes out without its
// content. The server refuses it in its turn, which keeps the order, and the caller gets the reason
// found here.
//
// One goroutine waits and packs, another one reads answers and windows.
type pending[Request, Response, Item, Answer any] struct {
	kind            streamKind[Request, Response, Item, Answer]
	maxMessageBytes int
	// Gets a value when there may be room.
	changed chan struct{}

	lock   sync.Mutex
	window Window
	// What to answer, in the order of sending; nil: the server's answer.
	unanswered []*Answer
}

func newPending[Request, Response, Item, Answer any](
	kind streamKind[Request, Response, Item, Answer], window Window, maxMessageBytes int,
) *pending[Request, Response, Item, Answer] {
	return &pending[Request, Response, Item, Answer]{
		kind: kind, maxMessageBytes: maxMessageBytes, changed: make(chan struct{}, 1), window: window,
	}
}

// resize puts another window in place of the one before.
func (p *pending[Request, Response, Item, Answer]) resize(window Window) {
	p.lock.Lock()
	p.window = window
	p.lock.Unlock()
	p.notify()
}

// wait returns once the window has room for one more item; false if ctx is done first.
func (p *pending[Request, Response, Item, Answer]) wait(ctx context.Context) bool {
	for !p.hasRoom() {
		select {
		case <-p.changed:
		case <-ctx.Done():
			return false
		}
	}
	return ctx.Err() == nil
}

func (p *pending[Request, Response, Item, Answer]) hasRoom() bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	return len(p.unanswered) < max(1, p.window.MaxUnanswered)
}

// pack makes the message of the next item.
func (p *pending[Request, Response, Item, Answer]) pack(item Item) *Request {
	request, err := p.kind.pack(item)
	if err == nil {
		err = p.checkSize(request)
	}
	var failed *Answer
	if err != nil {
		answer := p.kind.fail(item, err)
		request, failed = p.kind.blank(item), &answer
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.unanswered = append(p.unanswered, failed)
	return request
}

// answer makes the answer to the oldest unanswered item.
func (p *pending[Request, Response, Item, Answer]) answer(response *Response) (Answer, error) {
	answer, ok := p.kind.answer(response)
	p.lock.Lock()
	defer p.lock.Unlock()
	if !ok || len(p.unanswered) == 0 {
		return answer, serverFault("the server sent a message on the stream that answers nothing")
	}
	failed := p.unanswered[0]
	p.unanswered = p.unanswered[1:]
	p.notify()
	if failed != nil {
		answer = *failed
	}
	return answer, nil
}

// close checks that the server, which has ended the stream, left nothing unanswered.
func (p *pending[Request, Response, Item, Answer]) close() error {
	if left := len(p.unanswered); left > 0 {
		return serverFault(fmt.Sprintf("the server ended the stream and left %d unanswered", left))
	}
	return nil
}

func (p *pending[Request, Response, Item, Answer]) notify() {
	select {
	case p.changed <- struct{}{}:
	default: // the sender has not seen the change before this one
	}
}

func (p *pending[Request, Response, Item, Answer]) checkSize(request *Request) error {
	p.lock.Lock()
	granted := p.window.MaxMessageBytes
	p.lock.Unlock()
	limit, whose := p.maxMessageBytes, clientLimit
	if granted != 0 && granted <= uint64(limit) {
		limit, whose = int(min(granted, math.MaxInt32)), serverLimit
	}
	if size := proto.Size(any(request).(proto.Message)); size > limit {
		return tooLarge(size, limit, whose)
	}
	return nil
}

func serverFault(message string) *Error {
	return &Error{
		Code: codes.Internal, Message: message, Hint: "is the server of the same version as this client?",
	}
}
