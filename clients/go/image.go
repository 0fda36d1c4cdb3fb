package ocelli

import (
	"image"
	"image/draw"

	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

// Image is an image in one of the forms that calls take: [File], [Encoded], [Decoded], [Pixels] or
// [Message]. The zero Image is none, which the server refuses.
type Image struct {
	load   func() (*ocelliv1.Image, error)
	region *ocelliv1.Region
}

// File is the image in a file: JPEG, PNG, WebP, BMP or TIFF. It is read when it is sent, and sent as it
// is; the server applies the EXIF orientation.
func File(path string) Image {
	return Image{load: func() (*ocelliv1.Image, error) {
		content, err := read("image", path)
		if err != nil {
			return nil, err
		}
		return encoded(content), nil
	}}
}

// Encoded is the image in a whole file that is in memory, of the formats of [File].
func Encoded(file []byte) Image {
	return Image{load: func() (*ocelliv1.Image, error) { return encoded(file), nil }}
}

// Pixels is an upright image of width × height pixels of 8 bits a sample, rows from top to bottom
// without padding. Rows with padding: [ocelliv1.RawImage] has a stride; give it to [Message].
func Pixels(format ocelliv1.PixelFormat, data []byte, width, height int) Image {
	return Message(&ocelliv1.Image{Source: &ocelliv1.Image_Raw{Raw: &ocelliv1.RawImage{
		Data: data, Width: uint32(max(width, 0)), Height: uint32(max(height, 0)), Format: format,
	}}})
}

// Decoded is an image of Go's own, already decoded. Its pixels are sent without loss but for
// transparency, which is rendered on black.
func Decoded(pixels image.Image) Image {
	return Image{load: func() (*ocelliv1.Image, error) {
		bounds := pixels.Bounds()
		size := bounds.Size()
		if gray, ok := pixels.(*image.Gray); ok && gray.Stride == size.X {
			return Pixels(ocelliv1.PixelFormat_PIXEL_FORMAT_GRAY, gray.Pix, size.X, size.Y).load()
		}
		opaque := image.NewRGBA(image.Rectangle{Max: size})
		draw.Draw(opaque, opaque.Rect, pixels, bounds.Min, draw.Src)
		rgb := make([]byte, 0, 3*size.X*size.Y)
		for at := 0; at < len(opaque.Pix); at += 4 {
			rgb = append(rgb, opaque.Pix[at:at+3]...)
		}
		return Pixels(ocelliv1.PixelFormat_PIXEL_FORMAT_RGB, rgb, size.X, size.Y).load()
	}}
}

// Message is the image of a message of the contract.
func Message(message *ocelliv1.Image) Image {
	return Image{
		load:   func() (*ocelliv1.Image, error) { return message, nil },
		region: message.GetRegion(),
	}
}

// Region returns the image with a part to look at, in float pixels of the upright image, maxima
// exclusive. Answers stay in the coordinates of the whole image.
func (i Image) Region(xMin, yMin, xMax, yMax float32) Image {
	i.region = &ocelliv1.Region{XMin: xMin, YMin: yMin, XMax: xMax, YMax: yMax}
	return i
}

// Message returns the image as a message of the contract, for generated stubs. It reads the file of a
// [File], which may fail; of the zero Image it is nil.
func (i Image) Message() (*ocelliv1.Image, error) {
	if i.load == nil {
		return nil, nil
	}
	loaded, err := i.load()
	if err != nil || loaded.GetRegion() == i.region {
		return loaded, err
	}
	whole := &ocelliv1.Image{Region: i.region}
	switch source := loaded.GetSource().(type) {
	case *ocelliv1.Image_Encoded:
		whole.Source = source
	case *ocelliv1.Image_Raw:
		whole.Source = source
	}
	return whole, nil
}

func encoded(file []byte) *ocelliv1.Image {
	return &ocelliv1.Image{Source: &ocelliv1.Image_Encoded{Encoded: file}}
}
