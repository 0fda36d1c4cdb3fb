package main

import (
	"fmt"
	"math"
	"slices"
	"syscall"
	"time"
)

// meter counts answers once it is warm.
type meter struct {
	warmUp, duration time.Duration
	began            time.Time
	cpu              time.Duration
	warm             bool
	latencies        []time.Duration
}

// measured is what the program prints.
type measured struct {
	Frames  int     `json:"frames"`
	Seconds float64 `json:"seconds"`
	P50MS   float64 `json:"p50_ms"`
	P99MS   float64 `json:"p99_ms"`
	CPUS    float64 `json:"cpu_s"`
}

func newMeter(warmUp, duration time.Duration) *meter {
	return &meter{warmUp: warmUp, duration: duration, began: time.Now()}
}

// answered counts one answer; true if the time is up.
func (m *meter) answered(latency time.Duration) bool {
	if m.warm {
		m.latencies = append(m.latencies, latency)
		return time.Since(m.began) >= m.duration
	}
	if time.Since(m.began) >= m.warmUp {
		fmt.Println("measuring")
		m.warm, m.began, m.cpu = true, time.Now(), ownCPU()
	}
	return false
}

func (m *meter) measured() *measured {
	seconds, cpu := time.Since(m.began).Seconds(), ownCPU()-m.cpu
	slices.Sort(m.latencies)
	return &measured{
		Frames:  len(m.latencies),
		Seconds: seconds,
		P50MS:   percentileMS(m.latencies, 0.50),
		P99MS:   percentileMS(m.latencies, 0.99),
		CPUS:    cpu.Seconds(),
	}
}

// percentileMS is the nearest rank among sorted latencies.
func percentileMS(sorted []time.Duration, part float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := int(math.Ceil(part*float64(len(sorted)))) - 1
	return float64(sorted[at]) / float64(time.Millisecond)
}

// ownCPU is the user and system time of this process.
func ownCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
