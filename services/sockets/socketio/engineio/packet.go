package engineio

import (
	"bytes"
	"encoding/base64"
	"errors"
)

// packetType is the first character of a packet.
type packetType byte

const (
	packetOpen    packetType = '0'
	packetClose   packetType = '1'
	packetPing    packetType = '2'
	packetPong    packetType = '3'
	packetMessage packetType = '4'
	packetUpgrade packetType = '5'
	packetNoop    packetType = '6'
)

// separator stands between the packets of a polling body.
const separator = 0x1e

// binaryMark starts a binary message in a polling body; base64 follows. On a
// WebSocket a binary message is a binary frame without any mark.
const binaryMark = 'b'

// probe is what a client sends in a ping, and gets back in a pong, on the
// WebSocket it wants to move to.
const probe = "probe"

var errPacket = errors.New("engineio: malformed packet")

// packet is one unit of the protocol. Data of a decoded packet is its own
// memory.
type packet struct {
	kind   packetType
	data   []byte
	binary bool // only with packetMessage
}

// size is what the packet counts for in a queue.
func (p packet) size() int { return len(p.data) + 1 }

// text is the packet as a text frame, or as a part of a polling body.
func (p packet) text() []byte {
	if p.binary {
		b := make([]byte, 1, 1+base64.StdEncoding.EncodedLen(len(p.data)))
		b[0] = binaryMark
		return base64.StdEncoding.AppendEncode(b, p.data)
	}
	return append([]byte{byte(p.kind)}, p.data...)
}

// parsePacket reads a text frame, or a part of a polling body. It copies b:
// read buffers are reused by the server underneath.
func parsePacket(b []byte) (packet, error) {
	if len(b) == 0 {
		return packet{}, errPacket
	}
	if b[0] == binaryMark {
		data, err := base64.StdEncoding.AppendDecode(nil, b[1:])
		if err != nil {
			return packet{}, errPacket
		}
		return packet{kind: packetMessage, data: data, binary: true}, nil
	}
	kind := packetType(b[0])
	if kind < packetOpen || kind > packetNoop {
		return packet{}, errPacket
	}
	return packet{kind: kind, data: bytes.Clone(b[1:])}, nil
}

// parseBody reads the packets of a polling body.
func parseBody(b []byte) ([]packet, error) {
	parts := bytes.Split(b, []byte{separator})
	packets := make([]packet, 0, len(parts))
	for _, part := range parts {
		p, err := parsePacket(part)
		if err != nil {
			return nil, err
		}
		packets = append(packets, p)
	}
	return packets, nil
}

// formatBody joins packets to a polling body.
func formatBody(packets []packet) []byte {
	parts := make([][]byte, len(packets))
	for i, p := range packets {
		parts[i] = p.text()
	}
	return bytes.Join(parts, []byte{separator})
}
