package ocelli

import (
	"iter"
	"slices"
	"sync"
)

// Backlog holds the items of streams until they are answered, so that another stream can go on where one
// was interrupted. The streams must follow one another.
//
// It keeps what is unanswered, at most the server's window and one more.
type Backlog[Item any] struct {
	// Held while the source is asked, which may take its time.
	drawing sync.Mutex
	next    func() (Item, error, bool)
	stop    func()

	lock       sync.Mutex
	unanswered []Item
	answered   int // how many there were before those
}

// NewBacklog returns the backlog of a source of items, such as frames. [Backlog.Close] lets go of it.
func NewBacklog[Item any](source iter.Seq2[Item, error]) *Backlog[Item] {
	next, stop := iter.Pull2(source)
	return &Backlog[Item]{next: once(next), stop: stop}
}

// Items are what is unanswered, then what the source has yet to give.
func (b *Backlog[Item]) Items() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		b.lock.Lock()
		position := b.answered
		b.lock.Unlock()
		for ; ; position++ {
			item, err, more := b.item(position)
			if !more || !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// Answered takes the oldest item away. It is to be called for every answer of a stream of [Backlog.Items].
func (b *Backlog[Item]) Answered() {
	b.lock.Lock()
	defer b.lock.Unlock()
	if len(b.unanswered) > 0 {
		b.unanswered = b.unanswered[1:]
		b.answered++
	}
}

// Unanswered returns the items that were drawn for a stream and not answered, oldest first.
func (b *Backlog[Item]) Unanswered() []Item {
	b.lock.Lock()
	defer b.lock.Unlock()
	return slices.Clone(b.unanswered)
}

// Close ends the source: at once, or when it gives the item that a stream waits for.
func (b *Backlog[Item]) Close() {
	if b.drawing.TryLock() {
		b.end()
		return
	}
	go func() {
		b.drawing.Lock()
		b.end()
	}()
}

func (b *Backlog[Item]) end() {
	defer b.drawing.Unlock()
	b.stop()
}

// item returns the item at a position, which it draws from the source if nobody has.
func (b *Backlog[Item]) item(position int) (item Item, err error, more bool) {
	if item, drawn := b.drawn(position); drawn {
		return item, nil, true
	}
	b.drawing.Lock()
	defer b.drawing.Unlock()
	// A stream that has ended may have waited for this one.
	if item, drawn := b.drawn(position); drawn {
		return item, nil, true
	}
	item, err, more = b.next()
	b.lock.Lock()
	defer b.lock.Unlock()
	if more && err == nil {
		b.unanswered = append(b.unanswered, item)
	}
	return item, err, more
}

func (b *Backlog[Item]) drawn(position int) (item Item, drawn bool) {
	b.lock.Lock()
	defer b.lock.Unlock()
	at := position - b.answered
	if at < 0 || at >= len(b.unanswered) {
		return item, false
	}
	return b.unanswered[at], true
}

// once remembers the error that a source ended with, for streams to come.
func once[Item any](next func() (Item, error, bool)) func() (Item, error, bool) {
	var failed error
	return func() (item Item, err error, more bool) {
		if failed != nil {
			return item, failed, true
		}
		item, err, more = next()
		failed = err
		return item, err, more
	}
}
