package socketio

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// packetType is the first character of a packet.
type packetType byte

const (
	packetConnect      packetType = '0'
	packetDisconnect   packetType = '1'
	packetEvent        packetType = '2'
	packetAck          packetType = '3'
	packetConnectError packetType = '4'
	packetBinaryEvent  packetType = '5'
	packetBinaryAck    packetType = '6'
)

// noAck is the id of a packet that wants no acknowledgement.
const noAck = -1

// Limits of what is read; beyond them a packet is malformed.
const (
	maxAttachments = 10
	maxNamespace   = 100 // bytes
	maxAckDigits   = 15  // below 2^53, what a JavaScript number holds
)

var errPacket = errors.New("socketio: malformed packet")

// packet is one unit of the protocol: a text message, and as many binary
// messages behind it as it says.
type packet struct {
	kind        packetType
	namespace   string // with its leading slash
	ack         int64  // noAck, or the id
	attachments int
	data        json.RawMessage // nil when there is none
}

func (k packetType) binary() bool { return k == packetBinaryEvent || k == packetBinaryAck }

// encode writes `<type>[<attachments>-][<namespace>,][<ack id>][<json>]`.
func (p packet) encode() []byte {
	b := make([]byte, 0, 24+len(p.namespace)+len(p.data))
	b = append(b, byte(p.kind))
	if p.kind.binary() {
		b = strconv.AppendInt(b, int64(p.attachments), 10)
		b = append(b, '-')
	}
	if p.namespace != "/" {
		b = append(b, p.namespace...)
		b = append(b, ',')
	}
	if p.ack != noAck {
		b = strconv.AppendInt(b, p.ack, 10)
	}
	return append(b, p.data...)
}

// decode reads what encode writes. The packet's data aliases b.
func decode(b []byte) (packet, error) {
	if len(b) == 0 || b[0] < byte(packetConnect) || b[0] > byte(packetBinaryAck) {
		return packet{}, errPacket
	}
	p := packet{kind: packetType(b[0]), namespace: "/", ack: noAck}
	b = b[1:]
	if p.kind.binary() {
		digits, rest, found := bytes.Cut(b, []byte{'-'})
		n, ok := number(digits, 2)
		if !found || !ok || n > maxAttachments {
			return packet{}, errPacket
		}
		p.attachments, b = int(n), rest
	}
	if len(b) > 0 && b[0] == '/' {
		name, rest, _ := bytes.Cut(b, []byte{','})
		if len(name) > maxNamespace {
			return packet{}, errPacket
		}
		// A query string has been part of names in older clients; it names nothing.
		p.namespace, _, _ = strings.Cut(string(name), "?")
		b = rest
	}
	digits := 0
	for digits < len(b) && '0' <= b[digits] && b[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		n, ok := number(b[:digits], maxAckDigits)
		if !ok {
			return packet{}, errPacket
		}
		p.ack, b = n, b[digits:]
	}
	if len(b) > 0 {
		if !json.Valid(b) {
			return packet{}, errPacket
		}
		p.data = b
	}
	return p, p.check()
}

// check holds the packet's data against its type.
func (p packet) check() error {
	ok := false
	switch p.kind {
	case packetConnect:
		ok = p.ack == noAck && (p.data == nil || p.data[0] == '{')
	case packetDisconnect:
		ok = p.ack == noAck && p.data == nil
	case packetConnectError:
		ok = p.data != nil
	case packetEvent, packetBinaryEvent:
		ok = p.data != nil && p.data[0] == '['
	case packetAck, packetBinaryAck:
		ok = p.ack != noAck && p.data != nil && p.data[0] == '['
	}
	if !ok {
		return errPacket
	}
	return nil
}

// number reads up to max decimal digits.
func number(b []byte, max int) (int64, bool) {
	if len(b) == 0 || len(b) > max {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b), 10, 63)
	return int64(n), err == nil
}
