package ocelli

import ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"

// Window is what the server lets a stream have in flight, its first message.
type Window struct {
	// MaxInFlight is how many frames or images are worked on at once, at least 1.
	MaxInFlight int
	// MaxMessageBytes is the size of the largest message that the server reads.
	MaxMessageBytes uint64
	// Model is the model that answers.
	Model string
	// DropPolicy is what happens to frames that come too fast; unspecified for IndexStream.
	DropPolicy ocelliv1.DropPolicy

	// How many items may be sent and not yet answered.
	maxUnanswered int
}

// StreamOption changes how a stream runs.
type StreamOption func(*streamSettings)

type streamSettings struct {
	onWindow func(Window)
}

// OnWindow has see called with the window that the server granted, before the first answer.
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
