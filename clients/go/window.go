package ocelli

import ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"

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
	OverflowPolicy ocelliv1.OverflowPolicy
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
		OverflowPolicy:  message.GetOverflowPolicy(),
	}, message != nil
}
