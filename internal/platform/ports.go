package platform

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Ports are the loopback ports of one stack. This is the one place that names
// them; everything else is told.
type Ports struct {
	HTTPS   int `json:"https"` // nginx
	HTTP    int `json:"http"`  // nginx, plain, loopback only
	AWS     int `json:"aws"`   // the embedded one; 0 where another is used
	Auth    int `json:"auth"`
	API     int `json:"api"`
	Sockets int `json:"sockets"`
	Replica int `json:"replica"` // the second sockets instance; 0: there is one
}

// DefaultPorts are those of `cumin up`.
func DefaultPorts() Ports {
	return Ports{HTTPS: 8443, HTTP: 8080, AWS: 4566, Auth: 9101, API: 9102, Sockets: 9103}
}

// ParsePorts reads ports as a person lists them: of https, http, the AWS, auth,
// api and sockets, with commas between.
func ParsePorts(list string) (Ports, error) {
	var p Ports
	wanted := []*int{&p.HTTPS, &p.HTTP, &p.AWS, &p.Auth, &p.API, &p.Sockets}
	fields := strings.Split(list, ",")
	if len(fields) != len(wanted) {
		return Ports{}, fmt.Errorf("%q: want %d ports, of https, http, AWS, auth, api and sockets", list, len(wanted))
	}
	for i, field := range fields {
		port, err := strconv.ParseUint(strings.TrimSpace(field), 10, 16)
		if err != nil || port == 0 {
			return Ports{}, fmt.Errorf("%q in %q is no port", field, list)
		}
		*wanted[i] = int(port)
	}
	return p, nil
}

// String lists the ports as ParsePorts reads them.
func (p Ports) String() string {
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d", p.HTTPS, p.HTTP, p.AWS, p.Auth, p.API, p.Sockets)
}

// ErrPortInUse is in the error of a stack that wants a port of somebody else.
var ErrPortInUse = errors.New("is in use")

// FreePorts picks unused ports, so that test stacks run side by side. With
// replica the stack has two sockets instances.
func FreePorts(replica bool) (Ports, error) {
	var (
		p    Ports
		held []net.Listener
	)
	defer func() {
		for _, l := range held {
			l.Close()
		}
	}()
	wanted := []*int{&p.HTTPS, &p.HTTP, &p.AWS, &p.Auth, &p.API, &p.Sockets}
	if replica {
		wanted = append(wanted, &p.Replica)
	}
	for _, port := range wanted {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return Ports{}, fmt.Errorf("pick a free port: %w", err)
		}
		held = append(held, l)
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return p, nil
}

// check reports every port that something else already uses, by the name of
// what wanted it. No port is wanted where 0 stands.
func (p Ports) check() error {
	var busy []error
	for _, want := range []struct {
		name string
		port int
	}{
		{"nginx (https)", p.HTTPS}, {"nginx (http)", p.HTTP}, {"the embedded AWS", p.AWS},
		{"auth", p.Auth}, {"api", p.API}, {"sockets", p.Sockets}, {"sockets' replica", p.Replica},
	} {
		if want.port == 0 {
			continue
		}
		l, err := net.Listen("tcp", address(want.port))
		if err != nil {
			busy = append(busy, fmt.Errorf("port %d for %s %w", want.port, want.name, ErrPortInUse))
			continue
		}
		l.Close()
	}
	return errors.Join(busy...)
}

func address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func local(port int) string { return "http://" + address(port) }
