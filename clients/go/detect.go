package ocelli

import (
	"context"
	"iter"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Detect finds the objects in one image. Whatever else the request has to say, configure may set:
//
//	client.Detect(ctx, image, func(r *ocelliv1.DetectRequest) { r.Model = "helmets" })
func (c *Client) Detect(
	ctx context.Context, image Image, configure ...func(*ocelliv1.DetectRequest),
) (*ocelliv1.DetectResponse, error) {
	message, err := image.Message()
	if err != nil {
		return nil, err
	}
	request := &ocelliv1.DetectRequest{Image: message}
	for _, set := range configure {
		set(request)
	}
	return c.detect.Detect(ctx, request)
}

// DetectAnswer is the answer to one frame of [Client.DetectStream].
type DetectAnswer = FrameAnswer[ocelliv1.DetectResult]

// DetectStream finds the objects in the frames of a video. A nil config has the defaults.
//
// Ranging over it opens the stream. Every frame gets exactly one answer, in order; a frame that fails
// does not end the stream. A failure of the call, or of frames, comes last, as the error. Leaving the
// loop, or ending ctx, cancels the call.
//
// Frames are drawn by another goroutine, each when the server's window has room for it. After the loop
// no further one is asked for.
func (c *Client) DetectStream(
	ctx context.Context, config *ocelliv1.DetectStreamConfig, frames iter.Seq2[Frame, error],
	options ...StreamOption,
) iter.Seq2[DetectAnswer, error] {
	if config == nil {
		config = &ocelliv1.DetectStreamConfig{}
	}
	kind := streamKind[ocelliv1.DetectStreamRequest, ocelliv1.DetectStreamResponse, Frame, DetectAnswer]{
		open: c.detect.DetectStream,
		config: &ocelliv1.DetectStreamRequest{
			Message: &ocelliv1.DetectStreamRequest_Config{Config: config},
		},
		pack: func(frame Frame) (*ocelliv1.DetectStreamRequest, error) {
			image, err := frame.Image.Message()
			return detectFrame(frame, image), err
		},
		blank: func(frame Frame) *ocelliv1.DetectStreamRequest { return detectFrame(frame, nil) },
		fail:  failedFrame[ocelliv1.DetectResult],
		answer: func(response *ocelliv1.DetectStreamResponse) (DetectAnswer, bool) {
			answer := response.GetAnswer()
			return frameAnswer(answer, answer.GetResult()), answer != nil
		},
	}
	return exchange(ctx, kind, frames, c.maxMessageBytes, options)
}

func detectFrame(frame Frame, image *ocelliv1.Image) *ocelliv1.DetectStreamRequest {
	return &ocelliv1.DetectStreamRequest{Message: &ocelliv1.DetectStreamRequest_Frame{
		Frame: &ocelliv1.DetectFrame{
			FrameId: frame.ID, CaptureTimeUs: frame.CaptureTimeUS, Image: image,
		},
	}}
}
