package ocelli

import (
	"regexp"
	"strings"

	"google.golang.org/grpc/codes"
)

// cause is what gRPC says of a server that it cannot reach, and what that comes from.
type cause struct {
	// Of gRPC's message. Its group, if it has one, is what replaces "$1" in message.
	words *regexp.Regexp
	// What happened, after "cannot reach ADDRESS: ".
	message string
	// What it is likely to come from, or what to do.
	hint string
}

// The first that matches counts. The words are those of grpc-go, crypto/tls, net and the system.
var causes = []cause{
	{
		regexp.MustCompile(`certificate (?:is valid for|is not valid for any names)|doesn't contain any IP SANs`),
		"its certificate is for another name",
		"use an address that the certificate names, or set TLS.ServerName",
	},
	{
		regexp.MustCompile(`certificate has expired or is not yet valid`),
		"its certificate is not in date",
		"renew the server's certificate, or set the clock of this machine",
	},
	{
		regexp.MustCompile(`failed to verify certificate: (?:x509: )?(.*?)"?$`),
		"its certificate is not trusted: $1",
		"name the authority that issued it: TLS.CA",
	},
	{
		regexp.MustCompile(`does not look like a TLS handshake`),
		"it does not answer in TLS",
		"does it serve plain text? then connect without WithTLS",
	},
	{
		regexp.MustCompile(`missing selected ALPN property|no application protocol`),
		"it speaks TLS, but not HTTP/2",
		"is this the port of an HTTPS server, and not Ocelli's?",
	},
	{
		regexp.MustCompile(`remote error: tls: (.*?)"?$`),
		"it refused TLS: $1",
		"does it ask for a certificate of this client, of an authority that it trusts: TLS.Cert, TLS.Key?",
	},
	{
		regexp.MustCompile(`authentication handshake failed: (.*?)"?$`),
		"it broke off the TLS handshake: $1",
		"is this the port of an Ocelli server that serves TLS?",
	},
	{
		regexp.MustCompile(`frame too large|unexpected HTTP status code|unexpected content-type`),
		"it does not speak gRPC",
		"is this the port of an HTTP server, or of one that wants TLS?",
	},
	{
		regexp.MustCompile(`reading server preface|writ\w+ client preface|write tcp .*(?:broken pipe|reset by peer)`),
		"it closed the connection",
		"does it want TLS: WithTLS? or a certificate of this client: TLS.Cert? if not, call again",
	},
	{
		regexp.MustCompile(`no such host|produced zero addresses`),
		"its name is not known",
		"is the host spelled right?",
	},
}

// Anything else that keeps gRPC from a connection; the group is the system's word for it.
var dialing = regexp.MustCompile(`Error while dialing: (?:dial \S+ \S+: )?(?:connect: )?(.*?)"?$`)

// explainUnreachable says why there was no connection, or that it broke.
func (e *Error) explainUnreachable(address string) {
	switch e.Code {
	case codes.Unavailable, codes.Unimplemented, codes.Unknown, codes.Internal:
	default: // not one that gRPC ends a call with when the other side makes no sense
		return
	}
	for _, known := range causes {
		if found := known.words.FindStringSubmatch(e.Message); found != nil {
			message := known.message
			if len(found) > 1 {
				message = strings.ReplaceAll(message, "$1", found[1])
			}
			e.Code, e.status = codes.Unavailable, nil
			e.Message, e.Hint = "cannot reach "+address+": "+message, known.hint
			return
		}
	}
	switch e.Code {
	case codes.Unavailable:
		if found := dialing.FindStringSubmatch(e.Message); found != nil {
			e.Message = "cannot reach " + address + ": " + found[1]
			e.Hint = "is `ocelli serve` running at " + address + "?"
			return
		}
		e.Message = "the connection to " + address + " broke: " + e.Message
		e.Hint = "call again and send what was not answered"
	case codes.Unimplemented:
		e.Message = address + " does not offer this call: " + e.Message
		e.Hint = "is it an Ocelli server, and of the same version as this client?"
	}
}
