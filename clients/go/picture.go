package ocelli

import (
	"image"
	"image/draw"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Picture is a picture in one of the forms that calls take: [File], [Encoded], [Pixels] or [Image]. The
// zero Picture is none, which the server refuses.
type Picture struct {
	load   func() (*ocelliv1.Picture, error)
	region *ocelliv1.Region
}

// File is the picture in a file: JPEG, PNG, WebP, BMP or TIFF. It is read when it is sent, and sent as it
// is; the server applies the EXIF orientation.
func File(path string) Picture {
	return Picture{load: func() (*ocelliv1.Picture, error) {
		content, err := read("picture", path)
		if err != nil {
			return nil, err
		}
		return encoded(content), nil
	}}
}

// Encoded is the picture in a whole file that is in memory, of the formats of [File].
func Encoded(file []byte) Picture {
	return Picture{load: func() (*ocelliv1.Picture, error) { return encoded(file), nil }}
}

// Pixels is an upright picture of width × height pixels of 8 bits a sample, rows from top to bottom
// without padding. Rows with padding: [ocelliv1.RawPicture] has a stride; give it to [Message].
func Pixels(format ocelliv1.PixelFormat, data []byte, width, height int) Picture {
	return Message(&ocelliv1.Picture{Source: &ocelliv1.Picture_Raw{Raw: &ocelliv1.RawPicture{
		Data: data, Width: uint32(max(width, 0)), Height: uint32(max(height, 0)), Format: format,
	}}})
}

// Image is a picture in memory. Its pixels are sent without loss but for transparency: what shines
// through is black.
func Image(picture image.Image) Picture {
	return Picture{load: func() (*ocelliv1.Picture, error) {
		size := picture.Bounds().Size()
		if gray, ok := picture.(*image.Gray); ok && gray.Stride == size.X {
			return Pixels(ocelliv1.PixelFormat_PIXEL_FORMAT_GRAY, gray.Pix, size.X, size.Y).load()
		}
		opaque := image.NewRGBA(image.Rectangle{Max: size})
		draw.Draw(opaque, opaque.Rect, picture, picture.Bounds().Min, draw.Src)
		rgb := make([]byte, 0, 3*size.X*size.Y)
		for at := 0; at < len(opaque.Pix); at += 4 {
			rgb = append(rgb, opaque.Pix[at:at+3]...)
		}
		return Pixels(ocelliv1.PixelFormat_PIXEL_FORMAT_RGB, rgb, size.X, size.Y).load()
	}}
}

// Message is the picture of a message of the contract.
func Message(message *ocelliv1.Picture) Picture {
	return Picture{
		load:   func() (*ocelliv1.Picture, error) { return message, nil },
		region: message.GetRegion(),
	}
}

// Region returns the picture with a part to look at, in float pixels of the upright picture, maxima
// exclusive. Answers stay in the coordinates of the whole picture.
func (p Picture) Region(xMin, yMin, xMax, yMax float32) Picture {
	p.region = &ocelliv1.Region{XMin: xMin, YMin: yMin, XMax: xMax, YMax: yMax}
	return p
}

// Message returns the picture as a message of the contract, for generated stubs. It reads the file of a
// [File], which may fail; of the zero Picture it is nil.
func (p Picture) Message() (*ocelliv1.Picture, error) {
	if p.load == nil {
		return nil, nil
	}
	loaded, err := p.load()
	if err != nil || loaded.GetRegion() == p.region {
		return loaded, err
	}
	whole := &ocelliv1.Picture{Region: p.region}
	switch source := loaded.GetSource().(type) {
	case *ocelliv1.Picture_Encoded:
		whole.Source = source
	case *ocelliv1.Picture_Raw:
		whole.Source = source
	}
	return whole, nil
}

func encoded(file []byte) *ocelliv1.Picture {
	return &ocelliv1.Picture{Source: &ocelliv1.Picture_Encoded{Encoded: file}}
}
