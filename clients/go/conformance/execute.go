package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ocelli-vision/ocelli/clients/go"
)

const maxCase = 30 * time.Second

// call is one case under way.
type call struct {
	*testCase
	client *ocelli.Client
	files  string
}

var kinds = map[string]func(*call, context.Context) (*seen, error){
	"unary":      (*call).unary,
	"duplicates": (*call).duplicates,
	"file":       (*call).file,
	"health":     (*call).health,
	"stream":     (*call).stream,
	"drain":      (*call).drain,
}

// execute runs a case within its time.
func execute(asked *plan, one *testCase) outcome {
	began := time.Now()
	ended := make(chan string, 1)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { ended <- check(ctx, asked, one) }()
	message := fmt.Sprintf("it did not end within %v", maxCase)
	select {
	case message = <-ended:
	case <-time.After(maxCase):
	}
	took := time.Since(began).Milliseconds()
	if message == "" {
		message = expectation(one.Expect).ofDuration(float64(took))
	}
	found := outcome{ID: one.ID, Outcome: "passed", Message: strings.Join(strings.Fields(message), " "), DurationMS: took}
	if message != "" {
		found.Outcome = "failed"
	}
	return found
}

// check says in one line how a case differs from what is expected, or nothing.
func check(ctx context.Context, asked *plan, one *testCase) string {
	execute := kinds[one.Kind]
	if execute == nil {
		return fmt.Sprintf("unknown kind %q", one.Kind)
	}
	client, err := asked.connect(one)
	if err != nil {
		return err.Error()
	}
	defer client.Close()
	if one.TimeoutMS > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(one.TimeoutMS)*time.Millisecond)
		defer cancel()
	}
	found, err := execute(&call{one, client, asked.Files}, ctx)
	return expectation(one.Expect).difference(found, err)
}
