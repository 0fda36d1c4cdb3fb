package main

import (
	"sync/atomic"
	"time"
)

// pace tells when each call or frame is due. One that is taken late is due at once, so that the rate is kept.
type pace struct {
	began    time.Time
	ratePerS float64
	taken    atomic.Int64
	over     <-chan struct{}
}

func newPace(ratePerS float64, over <-chan struct{}) *pace {
	return &pace{began: time.Now(), ratePerS: ratePerS, over: over}
}

// next waits for the next to be due, whose number it returns; false if it is over.
func (p *pace) next() (number int64, due bool) {
	number = p.taken.Add(1) - 1
	at := p.began.Add(time.Duration(float64(number) / p.ratePerS * float64(time.Second)))
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-p.over:
		return number, false
	case <-timer.C:
		return number, true
	}
}
