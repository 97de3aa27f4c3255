package sqshttp_test

import (
	"fmt"
	"strings"
	"time"
)

// The recorded scenarios about sending, and about what comes out again.

func sendReplays() map[string]func(*scenario) {
	return map[string]func(*scenario){
		"test_aws_trace_header_propagation":                                 replayTraceHeader,
		"test_fair_queue_with_message_group_id":                             replayFairQueue,
		"test_fifo_queue_send_message_with_delay_seconds_fails":             replayFIFODelay,
		"test_invalid_batch_id":                                             replayBatchID,
		"test_message_deduplication_id_invalid":                             replayBadDedupID,
		"test_message_deduplication_id_success":                             replayGoodDedupID,
		"test_message_system_attribute_names_with_attribute_names":          replayUnitedNames,
		"test_posting_to_fifo_requires_deduplicationid_group_id":            replayFIFONeedsIDs,
		"test_receive_message_message_system_attribute_names_filters":       replaySystemNames,
		"test_send_batch_message_size":                                      replayBatchSize,
		"test_send_batch_missing_deduplication_id_for_fifo_queue":           replayBatchNeedsDedupID,
		"test_send_message_batch_with_oversized_contents":                   replayBatchTooLong,
		"test_send_message_to_standard_queue_with_invalid_message_group_id": replayBadGroupID,
		"test_send_message_with_updated_maximum_message_size":               replayUpdatedSize,
		"test_send_oversized_message":                                       replayOversized,
		"test_send_receive_max_number_of_messages":                          replayMax,
		"test_send_receive_wait_time_seconds":                               replayWait,
		"test_sqs_fifo_message_group_scope_no_throughput_setting":           replayScope(texts{"DeduplicationScope": "messageGroup"}),
		"test_sqs_fifo_same_dedup_id_different_message_groups":              replayScope(nil),
		"test_too_many_entries_in_batch_request":                            replayTooManyEntries,
		"test_send_message_via_queue_url_with_json_protocol":                replayQueuePath,
	}
}

func replayTraceHeader(s *scenario) {
	q := s.create("q", nil)
	sender := s.with("X-Amzn-Trace-Id", "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1")
	sender.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "test", "MessageAttributes": objs{
		"timestamp": {"DataType": "Number", "StringValue": "1493147359900"},
	}})
	s.Match("xray-msg", s.message(q, obj{
		"AttributeNames": names{"SentTimestamp", "AWSTraceHeader"}, "MessageAttributeNames": names{"All"},
	}))
}

func replayFairQueue(s *scenario) {
	q := s.create("q", nil)
	s.check("send_message", "SendMessage", obj{"QueueUrl": q, "MessageBody": "message", "MessageGroupId": "test"})
	s.check("get-message-with-deduplication-id", "ReceiveMessage", obj{"QueueUrl": q, "AttributeNames": names{"All"}})
}

func replayFIFODelay(s *scenario) {
	q := s.create("q.fifo", nil)
	s.check("send_message", "SendMessage", obj{"QueueUrl": q, "MessageBody": "m", "MessageGroupId": "1", "DelaySeconds": 2})
}

func replayBatchID(s *scenario) {
	q := s.create("q", nil)
	s.check("test_invalid_batch_id", "SendMessageBatch", obj{"QueueUrl": q, "Entries": batch{
		{"Id": "1", "MessageBody": "m"}, {"Id": "invalid:id", "MessageBody": "m"},
	}})
}

// ids are the invalid ids of the recordings, by variant.
func badID(variant string) string {
	return map[string]string{"empty": "", "spaces": "group 123", "too_long": strings.Repeat("a", 129)}[variant]
}

func replayBadDedupID(s *scenario) {
	q := s.create("q.fifo", nil)
	s.check("error-response", "SendMessage", obj{
		"QueueUrl": q, "MessageBody": "m", "MessageGroupId": "g", "MessageDeduplicationId": badID(s.variant),
	})
}

func replayGoodDedupID(s *scenario) {
	q := s.create("q.fifo", nil)
	for _, id := range []string{"a", strings.Repeat("a", 128), "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"} {
		s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m", "MessageGroupId": "g", "MessageDeduplicationId": id})
	}
}

func replayBadGroupID(s *scenario) {
	q := s.create("q", nil)
	s.check("error-response", "SendMessage", obj{"QueueUrl": q, "MessageBody": "m", "MessageGroupId": badID(s.variant)})
}

func replayUnitedNames(s *scenario) {
	q := s.create("q", nil)
	s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "msg"})
	s.check("same_values", "ReceiveMessage", obj{
		"QueueUrl": q, "AttributeNames": names{"All"}, "MessageSystemAttributeNames": names{"All"}, "VisibilityTimeout": 0,
	})
	s.check("different_values", "ReceiveMessage", obj{
		"QueueUrl": q, "AttributeNames": names{"SenderId"}, "MessageSystemAttributeNames": names{"All"},
	})
}

func replayFIFONeedsIDs(s *scenario) {
	q := s.create("q.fifo", texts{"ContentBasedDeduplication": "false"})
	for _, suffix := range []string{"", "-query"} {
		s.check("missing-parameter"+suffix, "SendMessage", obj{"QueueUrl": q, "MessageBody": "m"})
		s.check("invalid-parameter-value"+suffix, "SendMessage", obj{"QueueUrl": q, "MessageBody": "m", "MessageGroupId": "g"})
	}
}

func replaySystemNames(s *scenario) {
	q := s.create("q", nil)
	s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "msg", "MessageAttributes": objs{
		"Foo": {"DataType": "String", "StringValue": "Bar"},
	}})
	receive := func(key string, system names, more names) {
		in := obj{"QueueUrl": q, "MessageSystemAttributeNames": system, "VisibilityTimeout": 0}
		if more != nil {
			in["MessageAttributeNames"] = more
		}
		s.check(key, "ReceiveMessage", in)
	}
	receive("all_attributes", names{"All"}, nil)
	receive("all_system_and_message_attributes", names{"All"}, names{"All"})
	receive("single_attribute", names{"SenderId"}, nil)
	receive("multiple_attributes", names{"SenderId", "SequenceNumber"}, nil)
}

func replayBatchSize(s *scenario) {
	q := s.create("q", texts{"MaximumMessageSize": "1024"})
	s.check("send-message-batch-result", "SendMessageBatch", obj{"QueueUrl": q, "Entries": batch{
		{"Id": "too-large", "MessageBody": strings.Repeat("a", 1025)}, {"Id": "fits", "MessageBody": strings.Repeat("a", 1024)},
	}})
}

func replayBatchNeedsDedupID(s *scenario) {
	q := s.create("q.fifo", texts{"ContentBasedDeduplication": "false"})
	s.check("test_missing_deduplication_id_for_fifo_queue", "SendMessageBatch", obj{"QueueUrl": q, "Entries": batch{
		{"Id": "1", "MessageBody": "m", "MessageGroupId": "g", "MessageDeduplicationId": "d"},
		{"Id": "2", "MessageBody": "m", "MessageGroupId": "g"},
	}})
}

func replayBatchTooLong(s *scenario) {
	q := s.create("q", nil)
	s.check("send_oversized_message_batch", "SendMessageBatch", obj{"QueueUrl": q, "Entries": batch{
		{"Id": "1", "MessageBody": strings.Repeat("a", 1<<20+1)},
	}})
}

func replayUpdatedSize(s *scenario) {
	q := s.create("q", nil)
	s.ok("SetQueueAttributes", obj{"QueueUrl": q, "Attributes": texts{"MaximumMessageSize": "1024"}})
	s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": strings.Repeat("a", 1024)})
	s.check("send_oversized_message", "SendMessage", obj{"QueueUrl": q, "MessageBody": strings.Repeat("a", 1025)})
}

func replayOversized(s *scenario) {
	q := s.create("q", nil)
	message := func(size int) obj {
		return obj{"QueueUrl": q, "MessageBody": strings.Repeat("a", size-len("kStringx")), "MessageAttributes": objs{
			"k": {"DataType": "String", "StringValue": "x"},
		}}
	}
	s.ok("SendMessage", message(1<<20))
	s.check("send_oversized_message", "SendMessage", message(1<<20+1))
}

func replayMax(s *scenario) {
	q := s.create("q", nil)
	s.check("send_max_number_of_messages", "ReceiveMessage", obj{"QueueUrl": q, "MaxNumberOfMessages": 11})
}

func replayWait(s *scenario) {
	q := s.create("q", nil)
	send := func() { s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "message"}) }
	send()
	s.check("empty_short_poll_by_default_resp", "ReceiveMessage", obj{"QueueUrl": q})
	send()
	s.check("empty_short_poll_explicit_resp", "ReceiveMessage", obj{"QueueUrl": q, "WaitTimeSeconds": 0})
	s.check("recieve_message_error_too_large", "ReceiveMessage", obj{"QueueUrl": q, "WaitTimeSeconds": 21})
	s.check("recieve_message_error_too_small", "ReceiveMessage", obj{"QueueUrl": q, "WaitTimeSeconds": -1})
}

func replayScope(attributes texts) func(*scenario) {
	return func(s *scenario) {
		q := s.create("q.fifo", attributes)
		for _, group := range []string{"1", "2"} {
			s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "Test", "MessageGroupId": group, "MessageDeduplicationId": "d"})
			got := s.check("same-dedup-different-grp-"+group, "ReceiveMessage", obj{"QueueUrl": q})
			if ms, ok := got["Messages"].(list); ok {
				s.ok("DeleteMessage", obj{"QueueUrl": q, "ReceiptHandle": ms[0].(obj)["ReceiptHandle"]})
			}
		}
	}
}

// entries makes the entries of a batch.
func entries(n int, more func(i int) obj) batch {
	es := batch{}
	for i := range n {
		e := more(i)
		e["Id"] = fmt.Sprint("message-", i)
		es = append(es, e)
	}
	return es
}

func replayTooManyEntries(s *scenario) {
	q := s.create("q", nil)
	s.check("test_too_many_entries_in_batch_request", "SendMessageBatch", obj{"QueueUrl": q, "Entries": entries(20,
		func(i int) obj { return obj{"MessageBody": "m"} })})
}

func replayQueuePath(s *scenario) {
	s.create("q", nil)
	poster := &scenario{world: s.at("/111111111111/q"), Recording: s.Recording}
	poster.ok("SendMessage", obj{"MessageBody": "foobar"})
	s.message("q", obj{"VisibilityTimeout": 30})
	s.clk.Advance(time.Second)
	poster.check("receive-json-on-queue-url", "ReceiveMessage", obj{})
}
