package ocelli

import ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"

// Warning is something to know of an image that was used all the same.
type Warning struct {
	// Reason is what it is.
	Reason WarningReason
	// Message is the same for people: one line.
	Message string
}

// WarningReason is what an image is warned of. Those of a newer server come as it names them.
type WarningReason string

// WarningDamaged is of a file that is damaged or cut short, some of whose pixels are not what they were.
// Only with [ToleranceLenient].
const WarningDamaged WarningReason = "DAMAGED"

func warningsOf(messages []*ocelliv1.ImageWarning) []Warning {
	return each(messages, func(message *ocelliv1.ImageWarning) Warning {
		return Warning{WarningReason(enumName(message.GetReason(), "IMAGE_WARNING_REASON_")), message.GetMessage()}
	})
}
