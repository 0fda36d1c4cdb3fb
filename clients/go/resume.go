package ocelli

import (
	"context"
	"errors"
	"iter"
	"time"
)

const (
	firstReopening = 100 * time.Millisecond
	lastReopening  = time.Second
)

// Resume is a stream that goes on, by another call, where the server or the connection ended one: open is
// called for each with what is unanswered and what is to come, and is to return the stream of it.
//
// Every item is answered once, in order. It gives up, with the last error, when no item was answered for
// as long as patience, when an error is none that a retry helps against, or when ctx is done. The backlog
// has what is unanswered then.
func Resume[Item, Answer any](
	ctx context.Context, backlog *Backlog[Item], patience time.Duration,
	open func(iter.Seq2[Item, error]) iter.Seq2[Answer, error],
) iter.Seq2[Answer, error] {
	return func(yield func(Answer, error) bool) {
		var since time.Time // when the server was first missed; zero while it answers
		delay := firstReopening
		for {
			var ended error
			for answer, err := range open(backlog.Items()) {
				if ended = err; err != nil {
					break
				}
				since, delay = time.Time{}, firstReopening
				backlog.Answered()
				if !yield(answer, nil) {
					return
				}
			}
			if ended == nil {
				return
			}
			if since.IsZero() {
				since = time.Now()
			}
			wait := max(delay, retryAfter(ended))
			if !isResumable(ended) || time.Since(since)+wait > patience || !sleep(ctx, wait) {
				var none Answer
				yield(none, ended)
				return
			}
			delay = min(2*delay, lastReopening)
		}
	}
}

// isResumable tells whether another stream may do better. A deadline is that of all of them.
func isResumable(err error) bool {
	var failed *Error
	return errors.As(err, &failed) && failed.IsRetryable() && !errors.Is(err, ErrDeadlineExceeded)
}

func retryAfter(err error) time.Duration {
	var failed *Error
	if errors.As(err, &failed) {
		return failed.RetryAfter
	}
	return 0
}
