package ocelli_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ocelli-vision/ocelli/clients/go"
)

// edge connects to the server that the tests are run beside.
func edge(t *testing.T, options ...ocelli.Option) *ocelli.Client {
	t.Helper()
	address := os.Getenv("OCELLI_TARGET")
	if address == "" {
		t.Fatal("OCELLI_TARGET is not set; expected the address of a server, as `make test-go` gives it")
	}
	return connect(t, address, options...)
}

func connect(t *testing.T, address string, options ...ocelli.Option) *ocelli.Client {
	t.Helper()
	client, err := ocelli.Connect(address, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// media is the path of one of the demo's images.
func media(name string) string {
	home := os.Getenv("OCELLI_HOME")
	if home == "" {
		home = filepath.Join("..", "..", ".ocelli")
	}
	return filepath.Join(home, "media", name)
}
