package ocelli_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// exported are the functions and types of this package as its users see them: without bodies and what is
// not exported.
func exported(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	must(t, err)
	files := token.NewFileSet()
	var found []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		must(t, err)
		ast.FileExports(file)
		for _, declared := range file.Decls {
			switch declared := declared.(type) {
			case *ast.FuncDecl:
				declared.Body = nil
			case *ast.GenDecl:
				if declared.Tok != token.TYPE { // constants have types of this package
					continue
				}
			}
			var text bytes.Buffer
			must(t, printer.Fprint(&text, files, declared))
			found = append(found, text.String())
		}
	}
	return found
}
