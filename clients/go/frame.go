package ocelli

import (
	"iter"
	"time"

	spb "google.golang.org/genproto/googleapis/rpc/status"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Frame is one frame of a stream.
type Frame struct {
	// ID is returned with the answer.
	ID uint64
	// CaptureTimeUS is when the frame was taken, in microseconds since any epoch; returned with the
	// answer.
	CaptureTimeUS int64
	// Image is the frame itself. A [File] is read when the frame is sent; one that cannot be read
	// fails this frame and not the stream.
	Image Image
	// Text is what [Client.EmbedStream] embeds in place of an image, unless it is empty.
	Text string
}

// Files are frames of images in files, numbered from 0.
func Files(paths ...string) iter.Seq2[Frame, error] {
	return func(yield func(Frame, error) bool) {
		for at, path := range paths {
			if !yield(Frame{ID: uint64(at), Image: File(path)}, nil) {
				return
			}
		}
	}
}

// All are items of a stream whose source does not fail.
func All[Item any](items iter.Seq[Item]) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// FrameAnswer is the answer to one frame. Exactly one of Result, Dropped and Err is set.
type FrameAnswer[Result any] struct {
	// FrameID is the ID of the frame.
	FrameID uint64
	// CaptureTimeUS is that of the frame.
	CaptureTimeUS int64
	// Result is what was found.
	Result *Result
	// Dropped says why the frame was not looked at.
	Dropped *Dropped
	// Err is why this frame failed, an [*Error].
	Err error
}

// Dropped is a frame that was not looked at.
type Dropped struct {
	// Reason is why.
	Reason DropReason
	// Age is how old the frame was, since it arrived at the server.
	Age time.Duration
}

// DropReason is why a frame was not looked at.
type DropReason int32

const (
	// DropSuperseded: a newer frame arrived while this one waited, under [OverflowKeepLatest].
	DropSuperseded = DropReason(ocelliv1.DropReason_DROP_REASON_SUPERSEDED)
	// DropTooOld: the frame grew older than [StreamConfig] allows.
	DropTooOld = DropReason(ocelliv1.DropReason_DROP_REASON_TOO_OLD)
)

// String returns the name of the reason, such as "SUPERSEDED".
func (r DropReason) String() string { return enumName(ocelliv1.DropReason(r), "DROP_REASON_") }

// answerMessage is what the answers of all streams of frames share.
type answerMessage interface {
	GetFrameId() uint64
	GetCaptureTimeUs() int64
	GetError() *spb.Status
	GetDropped() *ocelliv1.Dropped
	GetTimings() *ocelliv1.Timings
}

// frameAnswer reads an answer; found is its result, nil if it has none.
func frameAnswer[Message, Result any](
	message answerMessage, found *Message, resultOf func(*Message, *ocelliv1.Timings) *Result,
) FrameAnswer[Result] {
	answer := FrameAnswer[Result]{
		FrameID:       message.GetFrameId(),
		CaptureTimeUS: message.GetCaptureTimeUs(),
		Err:           FromStatus(message.GetError()),
	}
	if found != nil {
		answer.Result = resultOf(found, message.GetTimings())
	}
	if dropped := message.GetDropped(); dropped != nil {
		answer.Dropped = &Dropped{DropReason(dropped.GetReason()), microseconds(dropped.GetAgeUs())}
	}
	return answer
}

func failedFrame[Result any](frame Frame, err error) FrameAnswer[Result] {
	return FrameAnswer[Result]{FrameID: frame.ID, CaptureTimeUS: frame.CaptureTimeUS, Err: err}
}
