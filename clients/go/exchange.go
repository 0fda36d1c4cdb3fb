package ocelli

import (
	"context"
	"io"
	"iter"

	"google.golang.org/grpc"
)

// streamKind is what tells one bidirectional stream from another.
type streamKind[Request, Response, Item, Answer any] struct {
	open func(context.Context, ...grpc.CallOption) (grpc.BidiStreamingClient[Request, Response], error)
	// The first message.
	config *Request
	// Makes the message of an item, or fails the item.
	pack func(Item) (*Request, error)
	// Makes a message that keeps the place of an item which cannot be sent.
	blank func(Item) *Request
	// Answers an item that could not be sent.
	fail func(Item, error) Answer
	// Reads an answer; false if the message is none.
	answer func(*Response) (Answer, bool)
}

// exchange sends items as fast as the server's window allows and yields their answers in order. An
// error, of the call or of items, comes last. Leaving the loop cancels the call.
func exchange[Request, Response, Item, Answer any](
	ctx context.Context,
	kind streamKind[Request, Response, Item, Answer],
	items iter.Seq2[Item, error],
	maxMessageBytes int,
	options []StreamOption,
) iter.Seq2[Answer, error] {
	settings := settingsOf(options)
	return func(yield func(Answer, error) bool) {
		var none Answer
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		stream, window, err := kind.start(ctx)
		if err != nil {
			yield(none, err)
			return
		}
		settings.onWindow(window)
		pending := newPending(kind, window, maxMessageBytes)
		sender := newSender(stream, pending, cancel)
		go sender.run(ctx, items)
		for {
			response, err := stream.Recv()
			if err != nil {
				if err = sender.outcome(err); err != nil {
					yield(none, err)
				}
				return
			}
			if window, changed := windowOf(response); changed {
				pending.resize(window)
				settings.onWindow(window)
				continue
			}
			answer, err := pending.answer(response)
			if !yield(answer, err) || err != nil {
				return
			}
		}
	}
}

// start opens the stream, configures it and reads the first window.
func (k streamKind[Request, Response, Item, Answer]) start(
	ctx context.Context,
) (grpc.BidiStreamingClient[Request, Response], Window, error) {
	stream, err := k.open(ctx)
	if err != nil {
		return nil, Window{}, err
	}
	if err := stream.Send(k.config); err != nil && err != io.EOF { // EOF: Recv knows why
		return nil, Window{}, err
	}
	response, err := stream.Recv()
	if err == io.EOF {
		return nil, Window{}, serverFault("the server ended the stream before it granted a window")
	}
	if err != nil {
		return nil, Window{}, err
	}
	window, ok := windowOf(response)
	if !ok {
		return nil, Window{}, serverFault("the server's first message on the stream was not its window")
	}
	return stream, window, nil
}

// failing is a stream whose configuration cannot be sent.
func failing[Answer any](err error) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		var none Answer
		yield(none, err)
	}
}
