package ocelli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	goBlock    = regexp.MustCompile("(?s)```go\n(.*?)```")
	shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	must(t, err)
	return string(text)
}

// What the README shows is part of the examples, which are compiled, but for its first program.
func TestReadmeShowsTheExamples(t *testing.T) {
	source, err := os.ReadFile("example_test.go")
	must(t, err)
	blocks := goBlock.FindAllStringSubmatch(readme(t), -1)
	if len(blocks) < 5 {
		t.Fatalf("%d blocks of Go in README.md", len(blocks))
	}
	for _, block := range blocks[1:] {
		if !strings.Contains(unindented(string(source)), unindented(block[1])) {
			t.Errorf("not in example_test.go:\n%s", block[1])
		}
	}
}

// The first program, in a module of its own, finds the cat.
func TestReadmesFirstProgram(t *testing.T) {
	folder := t.TempDir()
	checkout, err := filepath.Abs("../..")
	must(t, err)
	cat, err := filepath.Abs(media("cat.png"))
	must(t, err)
	address := edge(t).Conn().Target()
	program := strings.ReplaceAll(goBlock.FindStringSubmatch(readme(t))[1], "127.0.0.1:8500", address)
	must(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(program), 0o600))
	script := shellBlock.FindStringSubmatch(readme(t))[1]
	script = strings.ReplaceAll(script, "CHECKOUT/.ocelli/media/cat.png", cat)
	script = strings.ReplaceAll(script, "CHECKOUT", checkout)
	shell := exec.CommandContext(t.Context(), "sh", "-e", "-c", script)
	shell.Dir = folder
	if output, err := shell.CombinedOutput(); err != nil || !strings.Contains(string(output), "cat 0.") {
		t.Errorf("%v: %s", err, output)
	}
}

func unindented(code string) string {
	lines := strings.Split(code, "\n")
	for at, line := range lines {
		lines[at] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "\n")
}
