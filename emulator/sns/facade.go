package sns

import "context"

// The methods in this file are for the other services of the embedded AWS,
// joined by the facade; they need no request.

// Exists is AWS's NotFound when there is no topic of this ARN.
func (s *Service) Exists(topicARN string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.topic(topicARN)
	return err
}

// Send publishes a text with attributes, which are strings, to a standard topic.
// Errors: those of Publish.
func (s *Service) Send(ctx context.Context, topicARN, text string, attributes map[string]string) error {
	m := &message{text: text, attributes: map[string]AttributeValue{}}
	for name, value := range attributes {
		m.attributes[name] = AttributeValue{DataType: "String", StringValue: &value}
	}
	_, err := s.send(ctx, topicARN, m)
	return err
}
