// Package ocelli finds objects in images and video, tells what they show, reads their text, turns images and
// texts into vectors and finds neighbours, by an Ocelli server.
//
// [Connect] makes a [Client]: images from files, streams as iterators that keep to the server's window
// and can be resumed, typed errors, and a connection with sane defaults. The contract's messages appear
// only where generated stubs are used beside it: on [Client.Conn], whose calls share its deadlines,
// repetitions and errors, with [Image.Message] and [FromStatus].
//
// Every failure is an [*Error]. [errors.Is] sorts it by what the caller can do ([ErrNotFound],
// [ErrUnavailable] and so on), [ReasonOf] tells it exactly.
//
// Boxes and regions are in float pixels of the upright image: origin top-left, x to the right, y
// down, maxima exclusive.
package ocelli
