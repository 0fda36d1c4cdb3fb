// Command conformance executes the cases that every SDK must pass, by the Go SDK.
//
//	conformance run    PLAN REPORT
//	conformance decode PLAN REPORT
//
// What plans, cases and reports are is described beside the cases, in tests/conformance/README.md.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	modes := map[string]func([]byte) (any, error){"run": run, "decode": decode}
	if len(os.Args) != 4 || modes[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: conformance run|decode PLAN REPORT")
		os.Exit(2)
	}
	if err := report(modes[os.Args[1]], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func report(mode func([]byte) (any, error), planPath, reportPath string) error {
	plan, err := os.ReadFile(planPath)
	if err != nil {
		return err
	}
	found, err := mode(plan)
	if err != nil {
		return fmt.Errorf("%s: %w", planPath, err)
	}
	written, err := json.Marshal(found)
	if err != nil {
		return err
	}
	return os.WriteFile(reportPath, written, 0o644)
}
