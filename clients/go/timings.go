package ocelli

import (
	"time"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Timings say where the time of one image or text went, as the server measured it.
type Timings struct {
	// Decode is reading the header, decoding, orienting and resizing.
	Decode time.Duration
	// Queue is waiting for a decoding thread.
	Queue time.Duration
	// Inference is from handing the tensor to Triton to having its answer, with Triton's own queue.
	Inference time.Duration
	// Postprocess is turning the model's outputs into the answer.
	Postprocess time.Duration
	// Total is from the arrival of the message to the answer.
	Total time.Duration
}

func timingsOf(message *ocelliv1.Timings) Timings {
	return Timings{
		microseconds(message.GetDecodeUs()), microseconds(message.GetQueueUs()), microseconds(message.GetInferenceUs()),
		microseconds(message.GetPostprocessUs()), microseconds(message.GetTotalUs()),
	}
}
