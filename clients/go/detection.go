package ocelli

import (
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Box is a found rectangle, in float pixels of the upright image: origin top-left, x to the right, y
// down, maxima exclusive.
type Box struct{ XMin, YMin, XMax, YMax float32 }

// Detection is one found object.
type Detection struct {
	// Box is where it is.
	Box Box
	// Score is how sure the model is, 0 to 1.
	Score float32
	// Label is the name of the class, empty if the model has no labels.
	Label string
	// ClassID is the number of the class in the model's labels, from 0.
	ClassID int
	// Keypoints are points of the object, in the model's order. Empty unless the model finds them.
	Keypoints []Keypoint
	// Mask is which pixels belong to the object. nil unless the model finds them and
	// [DetectOptions.MaskFormat] asks for them.
	Mask *Mask
	// OrientedBox is the box as the model turned it. nil unless the model finds oriented boxes.
	OrientedBox *OrientedBox
	// TrackID is the same for the same object within one stream, at least 1; 0 unless the stream tracks
	// objects.
	TrackID uint64
}

// Keypoint is a point of a found object.
type Keypoint struct {
	// Name is what it is, such as "left_eye", or empty.
	Name string
	// X and Y are in float pixels of the upright image.
	X, Y float32
	// Score is how sure the model is that it is there and can be seen, 0 to 1. nil: it does not say.
	Score *float32
}

// OrientedBox is a rectangle that may stand at an angle, in float pixels of the upright image.
type OrientedBox struct {
	CenterX, CenterY, Width, Height float32
	// Angle is how far it is turned about its centre, in degrees, clockwise, at least -180 and below 180.
	Angle float32
}

func boxOf(message *ocelliv1.Box) Box {
	return Box{message.GetXMin(), message.GetYMin(), message.GetXMax(), message.GetYMax()}
}

func detectionOf(message *ocelliv1.Detection) Detection {
	return Detection{
		Box:         boxOf(message.GetBox()),
		Score:       message.GetScore(),
		Label:       message.GetLabel(),
		ClassID:     int(message.GetClassId()),
		Keypoints:   each(message.GetKeypoints(), keypointOf),
		Mask:        maskOf(message.GetMask()),
		OrientedBox: orientedBoxOf(message.GetOrientedBox()),
		TrackID:     message.GetTrack().GetTrackId(),
	}
}

func keypointOf(message *ocelliv1.Keypoint) Keypoint {
	return Keypoint{message.GetName(), message.GetX(), message.GetY(), message.Score}
}

func orientedBoxOf(message *ocelliv1.OrientedBox) *OrientedBox {
	if message == nil {
		return nil
	}
	return &OrientedBox{
		message.GetCenterX(), message.GetCenterY(), message.GetWidth(), message.GetHeight(), message.GetAngle(),
	}
}
