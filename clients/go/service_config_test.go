package ocelli_test

import (
	"bytes"
	"os"
	"testing"
)

func TestServiceConfigIsTheContracts(t *testing.T) {
	own, err := os.ReadFile("service_config.json")
	if err != nil {
		t.Fatal(err)
	}
	contract, err := os.ReadFile("../../protos/service_config.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(own, contract) {
		t.Error("service_config.json differs from that in protos/; copy it from there")
	}
}
