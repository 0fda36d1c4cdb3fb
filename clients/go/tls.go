package ocelli

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"google.golang.org/grpc/credentials"
)

// TLS says whom to trust and who this client is. Its files, PEM, are read by [Connect]. The zero TLS
// trusts the authorities of the system.
type TLS struct {
	// CA is the path of the authorities, one of which must have issued the server's certificate. Empty:
	// those of the system.
	CA string
	// Cert is the path of this client's certificate and those between it and its authority, for a
	// server that asks. Empty: none.
	Cert string
	// Key is the path of the private key of Cert, without a passphrase.
	Key string
	// ServerName is the name that the server's certificate must be for. Empty: the host of the address.
	ServerName string
}

func (t *TLS) credentials() (credentials.TransportCredentials, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CA != "" {
		pem, err := read("tls.ca", t.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, invalid("tls.ca", t.CA+" holds no certificate", "expected PEM, -----BEGIN CERTIFICATE-----")
		}
	}
	if (t.Cert == "") != (t.Key == "") {
		return nil, invalid("tls.key", "of Cert and Key only one is given", "give both, or neither")
	}
	if t.Cert != "" {
		pair, err := t.pair()
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return credentials.NewTLS(config), nil
}

func (t *TLS) pair() (tls.Certificate, error) {
	cert, err := read("tls.cert", t.Cert)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := read("tls.key", t.Key)
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return tls.Certificate{}, invalid("tls.key", fmt.Sprintf("%s and %s are no pair: %v", t.Cert, t.Key, err),
			"expected PEM: a certificate, and its private key without a passphrase")
	}
	return pair, nil
}

// read returns the bytes of a file, or the error of one that cannot be read.
func read(field, path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err == nil {
		return content, nil
	}
	why := err
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		why = pathError.Err
	}
	failed := invalid(field, fmt.Sprintf("cannot read %s: %v", path, why), "give the path of a file that can be read")
	failed.cause = err
	return nil, failed
}
