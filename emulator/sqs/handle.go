package sqs

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"strconv"
)

// handle is what a receipt handle says: which message, and which receive of
// it. Consumers treat it as opaque.
type handle struct {
	seq     uint64
	receipt int
	id      string
}

const handleHead = 4 + 8 + 4 // hash of the queue's ARN, seq, receipt

func newHandle(queue arn, m *message) string {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, handleHead+len(m.id)), hash(queue))
	b = binary.BigEndian.AppendUint64(b, m.seq)
	b = binary.BigEndian.AppendUint32(b, uint32(m.receives))
	return base64.StdEncoding.EncodeToString(append(b, m.id...))
}

// parseHandle refuses what this queue never gave out.
func parseHandle(queue arn, text string) (handle, error) {
	if text == "" {
		return handle{}, errMissing("ReceiptHandle")
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(b) <= handleHead || binary.BigEndian.Uint32(b) != hash(queue) {
		return handle{}, errHandle(text)
	}
	return handle{seq: binary.BigEndian.Uint64(b[4:]), receipt: int(binary.BigEndian.Uint32(b[12:])), id: string(b[handleHead:])}, nil
}

func hash(queue arn) uint32 {
	h := fnv.New32a()
	h.Write([]byte(queue.String()))
	return h.Sum32()
}

// find is the message of the handle, nil when it is gone.
func (q *queue) find(h handle) *message {
	if m := q.messages[h.seq]; m != nil && m.id == h.id {
		return m
	}
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
