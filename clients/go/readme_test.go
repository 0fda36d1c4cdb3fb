package ocelli_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// What the README shows is part of the examples, which are compiled.
func TestReadmeShowsTheExamples(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := goBlock.FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 5 {
		t.Fatalf("%d blocks of Go in README.md", len(blocks))
	}
	for _, block := range blocks {
		if shown := unindented(block[1]); !strings.HasPrefix(shown, "import") &&
			!strings.Contains(unindented(string(source)), shown) {
			t.Errorf("not in example_test.go:\n%s", block[1])
		}
	}
}

func unindented(code string) string {
	lines := strings.Split(code, "\n")
	for at, line := range lines {
		lines[at] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}
