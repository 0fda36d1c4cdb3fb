package ocelli

import (
	"time"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

const maxFrameAge = time.Hour

// OverflowPolicy is what happens to frames that come faster than they are answered.
type OverflowPolicy int32

// Unset it is OverflowBlock.
const (
	// OverflowBlock: every frame is looked at, and the sender waits.
	OverflowBlock = OverflowPolicy(ocelliv1.OverflowPolicy_OVERFLOW_POLICY_BLOCK)
	// OverflowKeepLatest: the newest frames are looked at, soon after they came; older ones are dropped.
	OverflowKeepLatest = OverflowPolicy(ocelliv1.OverflowPolicy_OVERFLOW_POLICY_KEEP_LATEST)
)

// String returns the name of the policy, such as "KEEP_LATEST".
func (p OverflowPolicy) String() string {
	return enumName(ocelliv1.OverflowPolicy(p), "OVERFLOW_POLICY_")
}

// StreamConfig says how a stream treats frames. What is left out has its default.
type StreamConfig struct {
	// OverflowPolicy is what happens to frames that come faster than they are answered.
	OverflowPolicy OverflowPolicy
	// MaxFrameAge is how old a frame may be, since it arrived at the server, to be looked at, up to an
	// hour; an older one is dropped. 0: no limit.
	MaxFrameAge time.Duration
	// MaxInFlight is how many frames the caller wants to be worked on at once; the server may grant less.
	// 0: the server's choice.
	MaxInFlight int
}

func (c *StreamConfig) message() (*ocelliv1.StreamOptions, error) {
	var numbers numbers
	message := &ocelliv1.StreamOptions{
		OverflowPolicy:    ocelliv1.OverflowPolicy(c.OverflowPolicy),
		MaxFrameAgeMs:     numbers.milliseconds("stream.max_frame_age_ms", c.MaxFrameAge, maxFrameAge),
		MaxInFlightFrames: numbers.count("stream.max_in_flight_frames", c.MaxInFlight),
	}
	return message, numbers.err
}

// Window is what the server lets a stream have in flight. It comes first, and again whenever it changes.
type Window struct {
	// MaxInFlight is how many frames or items are worked on at once, at least 1.
	MaxInFlight int
	// MaxUnanswered is how many may be sent and not yet answered, at least MaxInFlight.
	MaxUnanswered int
	// MaxMessageBytes is the size of the largest message that the server reads.
	MaxMessageBytes uint64
	// Model is the model that answers.
	Model string
	// OverflowPolicy is what happens to frames that come faster than they are answered.
	OverflowPolicy OverflowPolicy
}

// StreamOption changes how a stream runs.
type StreamOption func(*streamSettings)

type streamSettings struct {
	onWindow func(Window)
}

// OnWindow has see called with every window of a stream, the first before any answer. It is called
// between answers, by the goroutine that ranges over the stream.
func OnWindow(see func(Window)) StreamOption {
	return func(s *streamSettings) { s.onWindow = see }
}

func settingsOf(options []StreamOption) streamSettings {
	settings := streamSettings{onWindow: func(Window) {}}
	for _, option := range options {
		option(&settings)
	}
	return settings
}

// windowOf returns the window that a server's message on a stream is; false if it is none.
func windowOf(response any) (Window, bool) {
	message := response.(interface {
		GetWindow() *ocelliv1.StreamWindow
	}).GetWindow()
	return Window{
		MaxInFlight:     int(message.GetMaxInFlightFrames()),
		MaxUnanswered:   int(message.GetMaxUnansweredFrames()),
		MaxMessageBytes: message.GetMaxMessageBytes(),
		Model:           message.GetModel(),
		OverflowPolicy:  OverflowPolicy(message.GetOverflowPolicy()),
	}, message != nil
}
