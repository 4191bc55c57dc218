package sqs

import (
	"testing"
	"time"
)

func TestCreatingAQueueAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{RecreateAfter: time.Minute})
	url := b.queue("jobs", object{"VisibilityTimeout": "7"})
	if again := b.queue("jobs", object{"VisibilityTimeout": "7"}); again != url {
		t.Errorf("equal attributes: got %s, want %s", again, url)
	}
	b.queue("jobs", nil)
	b.refused("CreateQueue", object{"QueueName": "jobs", "Attributes": object{"VisibilityTimeout": "8"}}, "QueueNameExists", "different value for attribute VisibilityTimeout")
	b.do("DeleteQueue", object{"QueueUrl": url})
	b.refused("CreateQueue", object{"QueueName": "jobs"}, "QueueDeletedRecently", "60 seconds")
	b.clock.Advance(time.Minute)
	b.queue("jobs", nil)
}

func TestAQueueIsFoundByAnyURLThatEndsInItsName(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.queue("jobs", nil)
	for _, url := range []string{"http://localhost:4566/000000000000/jobs", "https://sqs.us-east-1.amazonaws.com/000000000000/jobs", "http://elsewhere:1/jobs", "jobs"} {
		b.send(url, "x")
	}
	b.refused("SendMessage", object{"QueueUrl": "http://localhost:4566/999999999999/jobs", "MessageBody": "x"}, "QueueDoesNotExist", "")
	if got := b.do("GetQueueUrl", object{"QueueName": "jobs"})["QueueUrl"]; got != "http://localhost:4566/000000000000/jobs" {
		t.Errorf("got %v", got)
	}
	b.refused("GetQueueUrl", object{"QueueName": "none"}, "QueueDoesNotExist", "The specified queue does not exist.")
}

func TestAttributesOfAQueueAreChecked(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	for name, value := range map[string]string{
		"VisibilityTimeout": "43201", "DelaySeconds": "-1", "MessageRetentionPeriod": "59", "ReceiveMessageWaitTimeSeconds": "x",
		"MaximumMessageSize": "1023", "Policy": "{", "RedrivePolicy": `{"maxReceiveCount":1}`, "RedriveAllowPolicy": `{"redrivePermission":"byQueue"}`,
	} {
		b.refused("SetQueueAttributes", object{"QueueUrl": url, "Attributes": object{name: value}}, "InvalidAttributeValue", name)
	}
	b.refused("SetQueueAttributes", object{"QueueUrl": url, "Attributes": object{"QueueArn": "x"}}, "InvalidAttributeName", "Unknown Attribute QueueArn.")
	b.refused("GetQueueAttributes", object{"QueueUrl": url, "AttributeNames": []string{"Nope"}}, "InvalidAttributeName", "")
	b.refused("CreateQueue", object{"QueueName": "a b"}, "InvalidParameterValueException", "1 to 80 in length")
}

func TestAQueueMayRefuseToBeADeadLetterQueue(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	policy := func(target string) object {
		return object{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:` + target + `","maxReceiveCount":3}`}
	}
	b.queue("closed", object{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`})
	b.queue("some", object{"RedriveAllowPolicy": `{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:000000000000:friend"]}`})
	b.refused("CreateQueue", object{"QueueName": "q", "Attributes": policy("closed")}, "InvalidParameterValueException", "allow policy")
	b.refused("CreateQueue", object{"QueueName": "q", "Attributes": policy("some")}, "InvalidParameterValueException", "allow policy")
	b.refused("CreateQueue", object{"QueueName": "q", "Attributes": policy("none")}, "InvalidParameterValueException", "Dead letter target does not exist.")
	b.queue("friend", policy("some"))
}

func TestPurgingAndListing(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("a-jobs", nil)
	b.queue("a-other", nil)
	b.queue("b-jobs", nil)
	b.send(url, "one")
	b.do("PurgeQueue", object{"QueueUrl": url})
	b.wantBodies(url, "", "purged")
	b.refused("PurgeQueue", object{"QueueUrl": url}, "PurgeQueueInProgress", "Only one PurgeQueue operation on a-jobs is allowed every 60 seconds.")
	b.clock.Advance(time.Minute)
	b.do("PurgeQueue", object{"QueueUrl": url})
	page := b.do("ListQueues", object{"QueueNamePrefix": "a-", "MaxResults": 1})
	if urls := page["QueueUrls"].([]any); len(urls) != 1 || urls[0] != url {
		t.Errorf("first page %v", page)
	}
	page = b.do("ListQueues", object{"QueueNamePrefix": "a-", "MaxResults": 1, "NextToken": page["NextToken"]})
	if urls := page["QueueUrls"].([]any); len(urls) != 1 || page["NextToken"] != nil {
		t.Errorf("second page %v", page)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	b.do("TagQueue", object{"QueueUrl": url, "Tags": object{"a": "1", "b": "2"}})
	b.do("UntagQueue", object{"QueueUrl": url, "TagKeys": []string{"a"}})
	if tags := b.do("ListQueueTags", object{"QueueUrl": url})["Tags"].(object); len(tags) != 1 || tags["b"] != "2" {
		t.Errorf("got %v, want b", tags)
	}
}

func TestDeadLettersAreMovedBack(t *testing.T) {
	t.Parallel()
	const account = "arn:aws:sqs:us-east-1:000000000000:"
	b := newBench(t, Config{})
	dead := b.queue("dead", nil)
	url := b.queue("jobs", object{"VisibilityTimeout": "0", "RedrivePolicy": `{"deadLetterTargetArn":"` + account + `dead","maxReceiveCount":1}`})
	for range 5 {
		b.send(url, "x")
	}
	b.receive(url, nil)
	b.receive(url, nil)
	if n := b.attribute(dead, "ApproximateNumberOfMessages"); n != "5" {
		t.Fatalf("%s dead letters, want 5", n)
	}
	b.refused("StartMessageMoveTask", object{"SourceArn": account + "jobs"}, "InvalidParameterValueException", "Source queue must be configured as a Dead Letter Queue.")
	b.refused("StartMessageMoveTask", object{"SourceArn": account + "none"}, "ResourceNotFoundException", "SourceArn")

	handle := b.do("StartMessageMoveTask", object{"SourceArn": account + "dead", "MaxNumberOfMessagesPerSecond": 2})["TaskHandle"]
	b.refused("StartMessageMoveTask", object{"SourceArn": account + "dead"}, "InvalidParameterValueException", "already a task running")
	b.clock.Advance(time.Nanosecond)
	if n := b.attribute(url, "ApproximateNumberOfMessages"); n != "2" {
		t.Errorf("%s moved in the first second, want 2", n)
	}
	b.clock.Advance(time.Second)
	if moved := b.do("CancelMessageMoveTask", object{"TaskHandle": handle})["ApproximateNumberOfMessagesMoved"]; moved != 4.0 {
		t.Errorf("%v moved when cancelled, want 4", moved)
	}
	b.clock.Advance(time.Minute)
	b.do("StartMessageMoveTask", object{"SourceArn": account + "dead", "DestinationArn": account + "jobs"})
	b.clock.Advance(time.Second)
	tasks := b.do("ListMessageMoveTasks", object{"SourceArn": account + "dead", "MaxResults": 10})["Results"].([]any)
	if len(tasks) != 2 || tasks[0].(object)["Status"] != "COMPLETED" || tasks[0].(object)["TaskHandle"] != nil || tasks[1].(object)["Status"] != "CANCELLED" {
		t.Errorf("tasks %v", tasks)
	}
	if n := b.attribute(url, "ApproximateNumberOfMessages"); n != "5" {
		t.Errorf("%s back in the queue, want 5", n)
	}
}
