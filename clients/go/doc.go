// Package ocelli finds objects in images and video, turns images into vectors and finds
// neighbours, by an Ocelli server.
//
// [Connect] makes a [Client]. Requests and answers are the contract's own messages, of the package
// ocelliv1; this package adds what makes them pleasant: images from files, streams as iterators that
// keep to the server's window, typed errors, and a connection with sane defaults. Generated stubs on
// [Client.Conn] share its deadlines, repetitions and errors.
//
// Every failure is an [*Error]. [errors.Is] sorts it by what the caller can do ([ErrNotFound],
// [ErrUnavailable] and so on), [ReasonOf] tells it exactly.
//
// Boxes and regions are in float pixels of the upright image: origin top-left, x to the right, y
// down, maxima exclusive.
package ocelli
