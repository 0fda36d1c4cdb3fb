package ocelli

import (
	"image"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// MaskFormat is how masks are told.
type MaskFormat int32

const (
	// MaskFormatRuns: exactly, as [MaskRuns].
	MaskFormatRuns = MaskFormat(ocelliv1.MaskFormat_MASK_FORMAT_RUNS)
	// MaskFormatPolygons: as outlines, which are smaller and good to draw.
	MaskFormatPolygons = MaskFormat(ocelliv1.MaskFormat_MASK_FORMAT_POLYGONS)
)

// String returns the name of the format, such as "RUNS".
func (f MaskFormat) String() string { return enumName(ocelliv1.MaskFormat(f), "MASK_FORMAT_") }

// Mask is the pixels of a found object, as Runs or as Polygons.
type Mask struct {
	// Runs are exact.
	Runs *MaskRuns
	// Polygons are closed outlines, each x and y of its first corner, of its second and so on, in float
	// pixels of the upright image. A pixel within an odd number of them belongs to the object.
	Polygons [][]float32
}

// MaskRuns is a mask as lengths of runs, in a part of the image.
type MaskRuns struct {
	// XMin and YMin are the left and top edge of the part, Width and Height its size, in pixels.
	XMin, YMin, Width, Height int
	// Lengths are those of the runs, row by row from the top. They alternate; the first, which may be 0,
	// counts pixels outside the object.
	Lengths []uint32
}

// Alpha returns the mask as an image, opaque where the object is, whose bounds are the part in pixels of
// the upright image: the mask of a [image/draw.DrawMask] on that image.
func (r *MaskRuns) Alpha() *image.Alpha {
	made := image.NewAlpha(image.Rect(r.XMin, r.YMin, r.XMin+r.Width, r.YMin+r.Height))
	left := made.Pix
	for at, length := range r.Lengths {
		run := left[:min(int(length), len(left))]
		if at%2 == 1 {
			for pixel := range run {
				run[pixel] = 0xff
			}
		}
		left = left[len(run):]
	}
	return made
}

func maskOf(message *ocelliv1.Mask) *Mask {
	if message == nil {
		return nil
	}
	made := &Mask{Polygons: each(message.GetPolygons().GetPolygons(), (*ocelliv1.MaskPolygon).GetCoordinates)}
	if runs := message.GetRuns(); runs != nil {
		made.Runs = &MaskRuns{
			int(runs.GetXMin()), int(runs.GetYMin()), int(runs.GetWidth()), int(runs.GetHeight()), runs.GetLengths(),
		}
	}
	return made
}
