package sqs

import "encoding/json"

// record is one message of a Lambda event (Lambda Developer Guide, "Example
// standard queue message event").
type record struct {
	MessageID              string                     `json:"messageId"`
	ReceiptHandle          string                     `json:"receiptHandle"`
	Body                   string                     `json:"body"`
	Attributes             map[string]string          `json:"attributes"`
	MessageAttributes      map[string]recordAttribute `json:"messageAttributes"`
	MD5OfMessageAttributes string                     `json:"md5OfMessageAttributes,omitempty"`
	MD5OfBody              string                     `json:"md5OfBody"`
	EventSource            string                     `json:"eventSource"`
	EventSourceARN         string                     `json:"eventSourceARN"`
	AWSRegion              string                     `json:"awsRegion"`
}

type recordAttribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func (d *delivery) event(queue arn) (json.RawMessage, error) {
	r := record{
		MessageID: d.id, ReceiptHandle: d.handle, Body: d.body, Attributes: d.systemAttributes(queue.fifo()),
		MessageAttributes: map[string]recordAttribute{}, MD5OfMessageAttributes: attributesMD5(d.attributes), MD5OfBody: d.bodyMD5,
		EventSource: "aws:sqs", EventSourceARN: queue.String(), AWSRegion: queue.region,
	}
	for name, a := range d.attributes {
		r.MessageAttributes[name] = recordAttribute{a.StringValue, a.BinaryValue, []string{}, [][]byte{}, a.DataType}
	}
	return json.Marshal(r)
}
