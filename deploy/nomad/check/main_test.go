package main

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const job = "../ocelli.nomad.hcl"

func read(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(job)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheJobIsWhatNomadReads(t *testing.T) {
	if faults := checkFile(job, []byte(read(t))); len(faults) > 0 {
		t.Error(strings.Join(faults, "\n"))
	}
}

func TestFaultsAreFound(t *testing.T) {
	for _, fault := range []struct{ old, changed, said string }{
		{"max_parallel      = 1", "max_paralel = 1", `update has no attribute "max_paralel"`},
		{"count = 1\n", "count = true\n", "device.count takes a uint64"},
		{"    restart {", "    restarts {", `group has no block "restarts"`},
		{"job \"ocelli\" {", "jobs \"ocelli\" {", "0 jobs, expected one"},
		{"    update {", "    update ", "definition required"},
	} {
		text := strings.Replace(read(t), fault.old, fault.changed, 1)
		if text == read(t) {
			t.Fatalf("%q is not in the job", fault.old)
		}
		faults := checkFile(job, []byte(text))
		if !slices.ContainsFunc(faults, func(found string) bool { return strings.Contains(found, fault.said) }) {
			t.Errorf("%q is not in %q", fault.said, faults)
		}
	}
}
