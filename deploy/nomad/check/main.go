// Check holds Nomad job files against the structs of Nomad's own API client: every block and attribute
// must be one that it knows, and every constant of the type that it takes.
//
// What it cannot see: the configuration of drivers, and whether a server would place the job.
package main

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/nomad/api"
)

// Blocks that Nomad's parser reads by itself, so that no struct has a tag for them.
var parsed = map[string][]string{
	"job":     {"meta", "vault"},
	"group":   {"meta", "vault"},
	"task":    {"config", "env", "meta", "vault"},
	"network": {"port"},
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: check FILE...")
		os.Exit(2)
	}
	var faults []string
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		faults = append(faults, checkFile(path, text)...)
	}
	for _, fault := range faults {
		fmt.Fprintln(os.Stderr, fault)
	}
	if len(faults) > 0 {
		os.Exit(1)
	}
}

// checkFile returns what is wrong with a job file, a line for each fault.
func checkFile(path string, text []byte) []string {
	file, problems := hclsyntax.ParseConfig(text, path, hcl.InitialPos)
	var faults []string
	for _, problem := range problems {
		faults = append(faults, problem.Error())
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return faults
	}
	jobs := 0
	for _, block := range body.Blocks {
		switch block.Type {
		case "job":
			jobs++
			faults = append(faults, checkBody(block.Body, reflect.TypeFor[api.Job](), "job")...)
		case "variable", "locals":
		default:
			faults = append(faults, fmt.Sprintf("%s: no block %q at the top", block.TypeRange, block.Type))
		}
	}
	if jobs != 1 {
		faults = append(faults, fmt.Sprintf("%s: %d jobs, expected one", path, jobs))
	}
	return faults
}

// checkBody returns what is wrong with a block of a kind, for which Nomad has a type.
func checkBody(body *hclsyntax.Body, kind reflect.Type, name string) []string {
	var faults []string
	known := members(kind)
	for attribute, value := range body.Attributes {
		member, ok := known[attribute]
		if !ok && !slices.Contains(parsed[name], attribute) {
			faults = append(faults, fmt.Sprintf("%s: %s has no attribute %q", value.SrcRange, name, attribute))
		}
		if ok && !takes(member, value.Expr) {
			faults = append(faults, fmt.Sprintf("%s: %s.%s takes a %s", value.SrcRange, name, attribute, element(member)))
		}
	}
	for _, block := range body.Blocks {
		member, ok := known[block.Type]
		switch {
		case ok && element(member).Kind() == reflect.Struct:
			faults = append(faults, checkBody(block.Body, element(member), block.Type)...)
		case !ok && !slices.Contains(parsed[name], block.Type):
			faults = append(faults, fmt.Sprintf("%s: %s has no block %q", block.TypeRange, name, block.Type))
		}
	}
	slices.Sort(faults)
	return faults
}

// members returns the attributes and blocks of a type, by their names in a job file.
func members(kind reflect.Type) map[string]reflect.Type {
	found := map[string]reflect.Type{}
	for index := range kind.NumField() {
		field := kind.Field(index)
		name, role, _ := strings.Cut(field.Tag.Get("hcl"), ",")
		if name != "" && role != "label" {
			found[name] = field.Type
		}
	}
	return found
}

// takes tells whether a constant is of the type; what is known at run time only, passes.
func takes(kind reflect.Type, expression hclsyntax.Expression) bool {
	value, problems := expression.Value(nil)
	if problems.HasErrors() || value.IsNull() || !value.IsKnown() {
		return true
	}
	given := value.Type().FriendlyName()
	wanted := element(kind)
	switch wanted.Kind() {
	case reflect.Bool:
		return given == "bool"
	case reflect.Int, reflect.Int8, reflect.Int64, reflect.Uint64, reflect.Float64:
		return given == "number" || wanted.String() == "time.Duration" && given == "string"
	case reflect.String:
		return given == "string" || given == "number" || isList(kind)
	default:
		return true
	}
}

func isList(kind reflect.Type) bool {
	for kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return kind.Kind() == reflect.Slice
}

func element(kind reflect.Type) reflect.Type {
	for kind.Kind() == reflect.Pointer || kind.Kind() == reflect.Slice {
		kind = kind.Elem()
	}
	return kind
}
