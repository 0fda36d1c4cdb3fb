package ocelli_test

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io/fs"
	"os"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
	ocelliv1 "github.com/ocelli-vision/ocelli/gen/go/ocelli/v1"
)

func TestEveryFormOfAnImageShowsTheCat(t *testing.T) {
	client := edge(t)
	content, err := os.ReadFile(media("cat.png"))
	if err != nil {
		t.Fatal(err)
	}
	pixels, gray := decoded(t, "cat.png")
	size := pixels.Bounds().Size()
	forms := map[string]ocelli.Image{
		"file":    ocelli.File(media("cat.png")),
		"encoded": ocelli.Encoded(content),
		"decoded": ocelli.Decoded(pixels),
		"shifted": ocelli.Decoded(pixels.(interface {
			SubImage(image.Rectangle) image.Image
		}).SubImage(image.Rect(0, 2, size.X, size.Y))),
		"gray image": ocelli.Decoded(gray),
		"gray":       ocelli.Pixels(ocelliv1.PixelFormat_PIXEL_FORMAT_GRAY, gray.Pix, size.X, size.Y),
		"region":     ocelli.File(media("cat.png")).Region(0, 0, float32(size.X), float32(size.Y)-1),
		"message": ocelli.Message(&ocelliv1.Image{
			Source: &ocelliv1.Image_Encoded{Encoded: content},
		}),
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			response, err := client.Detect(t.Context(), form, func(r *ocelliv1.DetectRequest) {
				r.Options = &ocelliv1.DetectOptions{MaxDetections: 1}
			})
			if err != nil {
				t.Fatal(err)
			}
			found := response.GetResult().GetDetections()
			if len(found) != 1 || found[0].GetLabel() != "cat" || found[0].GetBox().GetXMax() < 400 {
				t.Errorf("found %v", found)
			}
			if response.GetResult().GetWidth() != uint32(size.X) {
				t.Errorf("%d pixels wide, not %d", response.GetResult().GetWidth(), size.X)
			}
		})
	}
}

func TestTransparencyIsBlack(t *testing.T) {
	glass := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	glass.Set(0, 0, color.NRGBA{R: 200, G: 100, B: 50, A: 128})
	message, err := ocelli.Decoded(glass).Message()
	if err != nil {
		t.Fatal(err)
	}
	if got := message.GetRaw().GetData(); len(got) != 3 || got[0] != 100 || got[1] != 50 || got[2] != 25 {
		t.Errorf("pixels %v", got)
	}
}

func TestARegionLeavesTheMessageOfTheCallerAlone(t *testing.T) {
	own := &ocelliv1.Image{
		Source: &ocelliv1.Image_Encoded{Encoded: []byte("x")}, Region: &ocelliv1.Region{XMax: 1},
	}
	message, err := ocelli.Message(own).Region(0, 0, 5, 5).Message()
	if err != nil {
		t.Fatal(err)
	}
	if message.GetRegion().GetXMax() != 5 || own.GetRegion().GetXMax() != 1 {
		t.Errorf("sent %v, own %v", message.GetRegion(), own.GetRegion())
	}
}

func TestAFileThatIsNotThere(t *testing.T) {
	_, err := edge(t).Detect(t.Context(), ocelli.File("nosuch.jpg"))
	if !errors.Is(err, ocelli.ErrInvalidRequest) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	const want = "cannot read nosuch.jpg: no such file or directory (give the path of a file that can be read)"
	if err.Error() != want {
		t.Errorf("it says %q", err)
	}
}

// decoded are an image's pixels, in colour and in gray.
func decoded(t *testing.T, name string) (image.Image, *image.Gray) {
	t.Helper()
	file, err := os.Open(media(name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	pixels, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	gray := image.NewGray(pixels.Bounds())
	draw.Draw(gray, gray.Rect, pixels, pixels.Bounds().Min, draw.Src)
	return pixels, gray
}
