package ocelli

import (
	"strings"

	"google.golang.org/grpc/codes"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Of the transport's words, which may quote what another kind of server answered, so many runes are shown.
const maxTransportRunes = 240

// explainUnreachable makes e the error of a server that cannot be reached, whatever kept this client
// from it. The words for that are the transport's, in one line.
func (e *Error) explainUnreachable(address string) {
	e.Code, e.status = codes.Unavailable, nil
	e.Message = "cannot reach " + address + ": " + oneLine(e.Message)
	e.Hint = ocelliv1.UnreachableHint
}

// oneLine shortens the transport's words.
func oneLine(text string) string {
	words := []rune(strings.Join(strings.Fields(text), " "))
	if len(words) > maxTransportRunes {
		words = append(words[:maxTransportRunes-1], '…')
	}
	return string(words)
}
