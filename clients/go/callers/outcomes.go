package main

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ocelli-vision/ocelli/clients/go"
)

const maxMessageRunes = 200

// outcomes counts what came of the calls and streams.
type outcomes struct {
	lock     sync.Mutex
	answered int
	failed   int
	failures map[string]int
	frames   streamed
}

// report is what the program prints.
type report struct {
	Calls    int            `json:"calls"`
	Failed   int            `json:"failed"`
	Failures map[string]int `json:"failures"`
	Frames   streamed       `json:"frames"`
}

// note counts a call by the error that ended it.
func (o *outcomes) note(err error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if err == nil {
		o.answered++
		if o.answered == 1 {
			fmt.Println("calling")
		}
		return
	}
	o.failed++
	o.count(described(err))
}

// noteFrames counts the frames of a stream, and the error that ended it too early.
func (o *outcomes) noteFrames(frames streamed, err error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	o.frames.add(frames)
	if err != nil {
		o.count("stream: " + described(err))
	}
}

func (o *outcomes) count(failure string) {
	if o.failures == nil {
		o.failures = map[string]int{}
	}
	o.failures[failure]++
}

func (o *outcomes) report() *report {
	found := &report{o.answered + o.failed, o.failed, o.failures, o.frames}
	if found.Failures == nil {
		found.Failures = map[string]int{}
	}
	return found
}

func described(err error) string {
	kind, message := "OK", err.Error()
	var failed *ocelli.Error
	if errors.As(err, &failed) {
		kind, message = string(failed.Reason), failed.Message
		if failed.Reason == ocelli.ReasonNone {
			kind = failed.Code.String()
		}
	}
	if runes := []rune(message); len(runes) > maxMessageRunes {
		message = string(runes[:maxMessageRunes])
	}
	return kind + ": " + message
}
