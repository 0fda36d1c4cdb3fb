package main

import (
	"errors"
	"fmt"
	"sync"

	"github.com/ocelli-vision/ocelli/clients/go"
)

const maxMessageRunes = 200

// outcomes counts what came of the calls.
type outcomes struct {
	lock     sync.Mutex
	answered int
	failures map[string]int
}

// report is what the program prints.
type report struct {
	Calls    int            `json:"calls"`
	Failed   int            `json:"failed"`
	Failures map[string]int `json:"failures"`
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
	if o.failures == nil {
		o.failures = map[string]int{}
	}
	o.failures[described(err)]++
}

func (o *outcomes) report() *report {
	found := &report{Calls: o.answered, Failures: o.failures}
	if found.Failures == nil {
		found.Failures = map[string]int{}
	}
	for _, count := range o.failures {
		found.Failed += count
	}
	found.Calls += found.Failed
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
