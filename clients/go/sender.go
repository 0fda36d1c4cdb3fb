package ocelli

import (
	"context"
	"io"
	"iter"

	"google.golang.org/grpc"
)

// sender sends the items of one stream, from a goroutine of its own: items may block for as long as they
// like, and neither the answers nor the end of the stream wait for them.
type sender[Request, Response, Item, Answer any] struct {
	stream  grpc.BidiStreamingClient[Request, Response]
	pending *pending[Request, Response, Item, Answer]
	cancel  context.CancelFunc
	// Gets what sending ended with, nil if all was sent, before the server is told of the end. Stays
	// empty if the stream ended before.
	ended chan error
}

func newSender[Request, Response, Item, Answer any](
	stream grpc.BidiStreamingClient[Request, Response],
	pending *pending[Request, Response, Item, Answer],
	cancel context.CancelFunc,
) *sender[Request, Response, Item, Answer] {
	return &sender[Request, Response, Item, Answer]{stream, pending, cancel, make(chan error, 1)}
}

// run draws an item when the window has room for it, and not before.
func (s *sender[Request, Response, Item, Answer]) run(ctx context.Context, items iter.Seq2[Item, error]) {
	if !s.pending.wait(ctx) {
		return
	}
	for item, err := range items {
		if ctx.Err() != nil {
			return
		}
		if err != nil { // what was sent before it is answered first
			s.finish(err)
			return
		}
		// Again, since the window may have shrunk while the item was drawn.
		if !s.pending.wait(ctx) {
			return
		}
		switch err := s.stream.Send(s.pending.pack(item)); err {
		case nil:
		case io.EOF: // the stream has ended; Recv knows why
			return
		default: // gRPC could not send it and gave the stream up
			s.ended <- err
			s.cancel()
			return
		}
		if !s.pending.wait(ctx) {
			return
		}
	}
	s.finish(nil)
}

func (s *sender[Request, Response, Item, Answer]) finish(err error) {
	s.ended <- err
	if err := s.stream.CloseSend(); err != nil {
		s.cancel()
	}
}

// outcome returns what the stream came to, given how receiving ended: nil if all items were answered.
func (s *sender[Request, Response, Item, Answer]) outcome(received error) error {
	select {
	case sent := <-s.ended:
		if sent != nil {
			return sent
		}
		if received == io.EOF {
			return s.pending.close()
		}
	default:
		if received == io.EOF {
			return serverFault("the server ended the stream before all was sent")
		}
	}
	return received
}
