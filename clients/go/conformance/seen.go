package main

import (
	"strconv"
	"sync"

	"google.golang.org/genproto/googleapis/rpc/code"
	"google.golang.org/protobuf/proto"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// seen is what a case brought, in the JSON of the contract.
type seen struct {
	response any
	windows  []any
	answers  []answer

	lock sync.Mutex
	sent []string
}

// answer is one answer of a stream; "error" in its JSON is the SDK's error.
type answer struct {
	id   string
	json map[string]any
}

// onWindow notes every window of a stream.
func (s *seen) onWindow() ocelli.StreamOption {
	return ocelli.OnWindow(func(granted ocelli.Window) {
		s.windows = append(s.windows, toJSON(&ocelliv1.StreamWindow{
			MaxInFlightFrames:   uint32(granted.MaxInFlight),
			MaxUnansweredFrames: uint32(granted.MaxUnanswered),
			MaxMessageBytes:     granted.MaxMessageBytes,
			Model:               granted.Model,
			OverflowPolicy:      ocelliv1.OverflowPolicy(granted.OverflowPolicy),
		}))
	})
}

// window is the first one, or nil.
func (s *seen) window() any {
	if len(s.windows) == 0 {
		return nil
	}
	return s.windows[0]
}

// send notes the id of what is sent. The SDK draws from a goroutine of its own.
func (s *seen) send(id string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.sent = append(s.sent, id)
}

func (s *seen) sentIDs() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.sent
}

// outcome is "result", "error", "dropped", or nothing if the answer has none.
func (a answer) outcome() string {
	for _, name := range []string{"result", "error", "dropped"} {
		if _, has := a.json[name]; has {
			return name
		}
	}
	return ""
}

func detectAnswer(from ocelli.DetectAnswer) answer {
	message := &ocelliv1.DetectFrameAnswer{FrameId: from.FrameID, CaptureTimeUs: from.CaptureTimeUS}
	switch {
	case from.Result != nil:
		message.Outcome = &ocelliv1.DetectFrameAnswer_Result{Result: detectResult(from.Result)}
		message.Timings = timings(from.Result.Timings)
	case from.Dropped != nil:
		message.Outcome = &ocelliv1.DetectFrameAnswer_Dropped{Dropped: dropped(from.Dropped)}
	}
	return describe(strconv.FormatUint(from.FrameID, 10), message, from.Err)
}

func classifyAnswer(from ocelli.ClassifyAnswer) answer {
	message := &ocelliv1.ClassifyFrameAnswer{FrameId: from.FrameID, CaptureTimeUs: from.CaptureTimeUS}
	switch {
	case from.Result != nil:
		message.Outcome = &ocelliv1.ClassifyFrameAnswer_Result{Result: classifyResult(from.Result)}
		message.Timings = timings(from.Result.Timings)
	case from.Dropped != nil:
		message.Outcome = &ocelliv1.ClassifyFrameAnswer_Dropped{Dropped: dropped(from.Dropped)}
	}
	return describe(strconv.FormatUint(from.FrameID, 10), message, from.Err)
}

func embedAnswer(from ocelli.EmbedAnswer) answer {
	message := &ocelliv1.EmbedFrameAnswer{FrameId: from.FrameID, CaptureTimeUs: from.CaptureTimeUS}
	switch {
	case from.Result != nil:
		message.Outcome = &ocelliv1.EmbedFrameAnswer_Result{Result: embedResult(from.Result)}
		message.Timings = timings(from.Result.Timings)
	case from.Dropped != nil:
		message.Outcome = &ocelliv1.EmbedFrameAnswer_Dropped{Dropped: dropped(from.Dropped)}
	}
	return describe(strconv.FormatUint(from.FrameID, 10), message, from.Err)
}

func indexAnswer(from ocelli.IndexAnswer) answer {
	message := &ocelliv1.IndexAnswer{Id: from.ID}
	if from.Result != nil {
		message.Outcome = &ocelliv1.IndexAnswer_Result{Result: indexResult(from.Result)}
		message.Timings = timings(from.Result.Timings)
	}
	return describe(from.ID, message, from.Err)
}

func describe(id string, message proto.Message, err error) answer {
	described := toJSON(message).(map[string]any)
	if err != nil {
		described["error"] = describeError(err)
	}
	return answer{id, described}
}

// describeError writes down an error as cases describe them; nil if it is none of the SDK's.
func describeError(err error) map[string]any {
	failed, ok := err.(*ocelli.Error)
	if !ok {
		return nil
	}
	fields := []any{}
	for _, violation := range failed.Violations {
		fields = append(fields, violation.Field)
	}
	return map[string]any{
		"code":     code.Code(failed.Code).String(),
		"reason":   string(failed.Reason),
		"fields":   fields,
		"resource": failed.Resource,
		"retry":    failed.RetryAfter > 0 && failed.IsRetryable(),
		"quota":    failed.Quota,
		"hint":     failed.Hint != "",
	}
}
