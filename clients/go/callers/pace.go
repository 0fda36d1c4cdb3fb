package main

import (
	"sync/atomic"
	"time"
)

// pace tells when each call is due. One that is taken late is due at once, so that the rate is kept.
type pace struct {
	began     time.Time
	callsPerS float64
	taken     atomic.Int64
	over      chan struct{}
}

func newPace(callsPerS float64) *pace {
	return &pace{began: time.Now(), callsPerS: callsPerS, over: make(chan struct{})}
}

// next waits for a call to be due; false if it is over.
func (p *pace) next() bool {
	number := p.taken.Add(1) - 1
	due := p.began.Add(time.Duration(float64(number) / p.callsPerS * float64(time.Second)))
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-p.over:
		return false
	case <-timer.C:
		return true
	}
}

func (p *pace) end() { close(p.over) }
