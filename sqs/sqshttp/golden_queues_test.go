package sqshttp_test

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// The recorded scenarios about queues and their attributes, receipt handles, groups, dead letters and move tasks.

func replays() map[string]func(*scenario) {
	all := sendReplays()
	maps.Copy(all, map[string]func(*scenario){
		"test_change_message_visibility_batch_with_too_large_batch":            replayLargeBatch("ChangeMessageVisibilityBatch"),
		"test_create_queue_with_different_attributes_raises_exception":         replayCreateAgain,
		"test_create_standard_queue_with_fifo_attribute_raises_error":          replayFIFOAttributes,
		"test_dead_letter_queue_message_attributes":                            replayDeadLetters,
		"test_delete_after_visibility_timeout":                                 replayLateDelete,
		"test_delete_message_batch_invalid_msg_id":                             replayDeleteBatchID,
		"test_delete_message_batch_with_too_large_batch":                       replayLargeBatch("DeleteMessageBatch"),
		"test_fifo_empty_message_groups_added_back_to_queue":                   replayGroupReused,
		"test_fifo_group_visibility_extends_with_change_message_visibility":    replayGroupVisibility,
		"test_invalid_dead_letter_arn_rejected_before_lookup":                  replayBadTarget,
		"test_list_queues_pagination":                                          replayPages,
		"test_set_queue_attributes_default_values":                             replayDefaults,
		"test_sqs_permission_lifecycle":                                        replayPermissions,
		"test_sse_queue_attributes":                                            replayEncryption,
		"test_basic_move_task_workflow":                                        replayMove,
		"test_cancel_with_invalid_task_handle":                                 replayBadHandle,
		"test_destination_needs_to_exist":                                      replayNoDestination,
		"test_move_task_cancel":                                                replayCancel,
		"test_move_task_workflow_with_default_destination":                     replayMoveBack,
		"test_move_task_workflow_with_multiple_sources_as_default_destination": replayMoveBackToTwo,
		"test_source_needs_redrive_policy":                                     replayNoSource,
		"test_start_multiple_move_tasks":                                       replayTwoMoves,
	})
	return all
}

func replayLargeBatch(op string) func(*scenario) {
	return func(s *scenario) {
		q := s.create("q", nil)
		s.check("error_response", op, obj{"QueueUrl": q, "Entries": entries(20, func(int) obj {
			return obj{"ReceiptHandle": "garbage"}
		})})
	}
}

func replayCreateAgain(s *scenario) {
	q := s.create("q", texts{"DelaySeconds": "1"})
	again := func(delay string) obj { return obj{"QueueName": "q", "Attributes": texts{"DelaySeconds": delay}} }
	s.check("create_queue_01", "CreateQueue", again("2"))
	s.ok("SetQueueAttributes", obj{"QueueUrl": q, "Attributes": texts{"DelaySeconds": "2"}})
	s.check("create_queue_02", "CreateQueue", again("1"))
	s.ok("CreateQueue", again("2"))
}

func replayFIFOAttributes(s *scenario) {
	for key, attributes := range map[string]texts{
		"invalid-attribute-content-based-deduplication": {"ContentBasedDeduplication": "false"},
		"invalid-attribute-deduplication-scope":         {"DeduplicationScope": "queue"},
		"invalid-attribute-fifo-queue":                  {"FifoQueue": "false"},
		"invalid-attribute-throughput-limit":            {"FifoThroughputLimit": "perQueue"},
	} {
		s.check(key, "CreateQueue", obj{"QueueName": "q", "Attributes": attributes})
	}
}

// arn returns a queue's ARN.
func (w *world) arn(queue string) string {
	w.t.Helper()
	got := w.ok("GetQueueAttributes", obj{"QueueUrl": queue, "AttributeNames": names{"QueueArn"}})
	return got["Attributes"].(obj)["QueueArn"].(string)
}

// source makes a queue that gives each message up to dlq after one receive.
func (w *world) source(name, dlq string) string {
	w.t.Helper()
	return w.create(name, texts{
		"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":"1"}`, w.arn(dlq)), "VisibilityTimeout": "0",
	})
}

// bury sends messages to a source and makes dead letters of them.
func (w *world) bury(source string, n int) {
	w.t.Helper()
	for i := range n {
		w.ok("SendMessage", obj{"QueueUrl": source, "MessageBody": fmt.Sprint("message-", i)})
		w.message(source, nil)
		w.messages(source, nil)
	}
}

func replayDeadLetters(s *scenario) {
	dlq := s.create("dlq", nil)
	q := s.source("q", dlq)
	s.Match("dlq-arn", s.arn(dlq))
	s.Match("sourcen-arn", s.arn(q))
	s.ok("SendMessage", obj{
		"QueueUrl": q, "MessageBody": "message-1",
		"MessageAttributes": objs{"MyAttribute": {"DataType": "String", "StringValue": "foobar"}},
		"MessageSystemAttributes": objs{"AWSTraceHeader": {
			"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
		}},
	})
	s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "message-2"})
	wanted := obj{"MessageAttributeNames": names{"All"}, "AttributeNames": names{
		"AWSTraceHeader", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "DeadLetterQueueSourceArn", "SentTimestamp",
	}}
	s.Match("rec-pre-dlq", asList(s.messages(q, wanted)))
	s.messages(q, nil)
	s.Match("dlq-messages", asList(s.messages(dlq, wanted)))
}

func asList(ms []obj) list {
	l := list{}
	for _, m := range ms {
		l = append(l, m)
	}
	return l
}

func replayLateDelete(s *scenario) {
	q := s.create("q", texts{"VisibilityTimeout": "1"})
	s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m"})
	m := s.message(q, nil)
	s.clk.Advance(2 * time.Second)
	s.ok("DeleteMessage", obj{"QueueUrl": q, "ReceiptHandle": m["ReceiptHandle"]})
	s.check("delete_after_timeout_queue_empty", "ReceiveMessage", obj{"QueueUrl": q})
}

func replayDeleteBatchID(s *scenario) {
	q := s.create("q", nil)
	s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": "m"})
	handle := s.message(q, nil)["ReceiptHandle"]
	s.check("error_response", "DeleteMessageBatch", obj{"QueueUrl": q, "Entries": batch{
		{"Id": s.variant, "ReceiptHandle": handle},
	}})
}

func replayGroupReused(s *scenario) {
	q := s.create("q.fifo", nil)
	send := func(body string) { s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": body, "MessageGroupId": "g"}) }
	send("Message 1")
	got := s.check("inital-fifo-receive", "ReceiveMessage", obj{"QueueUrl": q})
	s.ok("DeleteMessage", obj{"QueueUrl": q, "ReceiptHandle": got["Messages"].(list)[0].(obj)["ReceiptHandle"]})
	s.check("empty-fifo-receive", "ReceiveMessage", obj{"QueueUrl": q})
	send("Message 2")
	s.check("final-fifo-receive", "ReceiveMessage", obj{"QueueUrl": q})
}

// replayGroupVisibility extends the visibility of one message of three, and lets the others expire. The older names of the
// variants say what can be seen, all of nothing, one, or "no" less than can be; the newer ones how many.
func replayGroupVisibility(s *scenario) {
	extended := map[string]int{
		"all-invisible": 0, "1-invisible": 1, "no-invisible": 2, "0-visible": 0, "1-visible": 1, "2-visible": 2,
	}[s.variant]
	q := s.create("q.fifo", texts{"VisibilityTimeout": "2"})
	for _, body := range []string{"foo", "bar", "baz"} {
		s.ok("SendMessage", obj{"QueueUrl": q, "MessageBody": body, "MessageGroupId": "g"})
	}
	all := s.check("receive_all_messages", "ReceiveMessage", obj{"QueueUrl": q, "MaxNumberOfMessages": 10})["Messages"].(list)
	s.ok("ChangeMessageVisibility", obj{
		"QueueUrl": q, "ReceiptHandle": all[extended].(obj)["ReceiptHandle"], "VisibilityTimeout": 30,
	})
	s.clk.Advance(2 * time.Second)
	s.check("some-messages-invisible", "ReceiveMessage", obj{"QueueUrl": q, "MaxNumberOfMessages": 10})
}

func replayBadTarget(s *scenario) {
	for _, target := range []string{"dlq", "https://sqs.us-east-1.amazonaws.com/111111111111/dlq"} {
		policy := `{"deadLetterTargetArn":"` + target + `","maxReceiveCount":"42"}`
		s.refused(400, "InvalidParameterValue", "Value "+policy+" for parameter RedrivePolicy is invalid. "+
			"Reason: Dead-letter target ARN should be fully qualified ARN.",
			"CreateQueue", obj{"QueueName": "q", "Attributes": texts{"RedrivePolicy": policy}})
	}
}

func replayPages(s *scenario) {
	const prefix = "7f7df0f5-test-queue-"
	for i := range 10 {
		s.create(fmt.Sprint(prefix, i), nil)
	}
	s.create("another", nil)
	s.check("list_all", "ListQueues", obj{"QueueNamePrefix": prefix})
	page := s.check("list_two_max", "ListQueues", obj{"QueueNamePrefix": prefix, "MaxResults": 2})
	s.check("list_remaining", "ListQueues", obj{"QueueNamePrefix": prefix, "MaxResults": 8, "NextToken": page["NextToken"]})
}

func replayDefaults(s *scenario) {
	q := s.create("q", nil)
	get := func(key string) {
		s.check(key, "GetQueueAttributes", obj{"QueueUrl": q, "AttributeNames": names{"All"}})
	}
	set := func(attributes texts) { s.ok("SetQueueAttributes", obj{"QueueUrl": q, "Attributes": attributes}) }
	get("get-queue-attributes-initial-values")
	set(texts{"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"})
	get("get-queue-attributes-after-update")
	set(texts{"KmsMasterKeyId": "", "KmsDataKeyReusePeriodSeconds": "300"})
	get("get-queue-attributes-after-set-to-defaults")
}

func replayEncryption(s *scenario) {
	q := s.create("q", nil)
	wanted := names{"KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"}
	for _, step := range []struct {
		key string
		set texts
	}{
		{"sse_kms_attributes", texts{"KmsMasterKeyId": "testKeyId", "KmsDataKeyReusePeriodSeconds": "6000"}},
		{"sse_sqs_attributes", texts{"SqsManagedSseEnabled": "true"}},
	} {
		s.ok("SetQueueAttributes", obj{"QueueUrl": q, "Attributes": step.set})
		s.check(step.key, "GetQueueAttributes", obj{"QueueUrl": q, "AttributeNames": wanted})
	}
}

func replayPermissions(s *scenario) {
	q := s.create("q", nil)
	const first, second = "crossaccountpermission", "crossaccountpermission2"
	grant := func(label string, accounts ...string) obj {
		return obj{"QueueUrl": q, "Label": label, "AWSAccountIds": accounts, "Actions": names{"ReceiveMessage"}}
	}
	label := func(l string) obj { return obj{"QueueUrl": q, "Label": l} }
	policy := obj{"QueueUrl": q, "AttributeNames": names{"Policy"}}
	const get = "GetQueueAttributes"
	const key = "get-queue-policy-attribute"

	s.check("add-permission-response", "AddPermission", grant(first, "111111111111", "668614515564"))
	s.check(key, get, policy)
	s.check("remove-permission-response", "RemovePermission", label(first))
	s.check(key+"-after-removal", get, policy)

	s.ok("AddPermission", grant(first, "111111111111"))
	s.check(key+"-first-account-same-label", get, policy)
	s.check(key+"-second-account-same-label", "AddPermission", grant(first, "668614515564"))
	s.ok("AddPermission", grant(second, "111111111111"))
	s.check(key+"-second-account-different-label", get, policy)

	s.ok("RemovePermission", label(first))
	s.check(key+"-delete-first-permission", get, policy)
	s.ok("RemovePermission", label(second))
	s.check(key+"-delete-second-permission", get, policy)
	s.check(key+"-delete-non-existent-label", "RemovePermission", label(second))
}

func replayMove(s *scenario) {
	dlq, other := s.create("dlq", nil), s.create("other", nil)
	s.bury(s.source("q", dlq), 2)
	s.check("start-message-move-task-response", "StartMessageMoveTask", obj{
		"SourceArn": s.arn(dlq), "DestinationArn": s.arn(other),
	})
	s.check("list-message-move-task-response", "ListMessageMoveTasks", obj{"SourceArn": s.arn(dlq)})
}

func replayBadHandle(s *scenario) {
	s.check("error", "CancelMessageMoveTask", obj{"TaskHandle": "foobared"})
}

func replayNoDestination(s *scenario) {
	dlq := s.create("dlq", nil)
	s.source("q", dlq)
	s.check("error", "StartMessageMoveTask", obj{
		"SourceArn": s.arn(dlq), "DestinationArn": strings.TrimSuffix(s.arn(dlq), "dlq") + "missing",
	})
}

// replayCancel differs from the recording as sqs documents: a cancelled task moves no more, where AWS moved six messages more.
func replayCancel(s *scenario) {
	s.Tolerate["list-after.Results[0].ApproximateNumberOfMessagesMoved"] = true
	dlq, other := s.create("dlq", nil), s.create("other", nil)
	s.bury(s.source("q", dlq), 10)
	source := obj{"SourceArn": s.arn(dlq)}
	task := s.ok("StartMessageMoveTask", obj{
		"SourceArn": s.arn(dlq), "DestinationArn": s.arn(other), "MaxNumberOfMessagesPerSecond": 1,
	})
	s.clk.Advance(time.Second)
	s.check("list-while", "ListMessageMoveTasks", source)
	s.check("cancel", "CancelMessageMoveTask", obj{"TaskHandle": task["TaskHandle"]})
	s.check("list-after", "ListMessageMoveTasks", source)
}

func replayMoveBack(s *scenario) {
	dlq := s.create("dlq", nil)
	q := s.source("q", dlq)
	s.bury(q, 2)
	s.Match("source-arn", s.arn(dlq))
	s.Match("original-source", s.arn(q))
	s.check("start-message-move-task-response", "StartMessageMoveTask", obj{"SourceArn": s.arn(dlq)})
	s.check("list-message-move-task-response", "ListMessageMoveTasks", obj{"SourceArn": s.arn(dlq)})
}

func replayMoveBackToTwo(s *scenario) {
	dlq := s.create("dlq", nil)
	s.Match("source-arn", s.arn(dlq))
	for i := 1; i <= 2; i++ {
		q := s.source(fmt.Sprint("q", i), dlq)
		s.bury(q, 2)
		s.Match(fmt.Sprint("original-source-", i), s.arn(q))
	}
	s.check("start-message-move-task-response", "StartMessageMoveTask", obj{"SourceArn": s.arn(dlq)})
	s.check("list-message-move-task-response", "ListMessageMoveTasks", obj{"SourceArn": s.arn(dlq)})
}

func replayNoSource(s *scenario) {
	s.check("error", "StartMessageMoveTask", obj{"SourceArn": s.arn(s.create("q", nil))})
}

func replayTwoMoves(s *scenario) {
	dlq := s.create("dlq", nil)
	s.bury(s.source("q", dlq), 2)
	move := obj{"SourceArn": s.arn(dlq), "MaxNumberOfMessagesPerSecond": 1}
	s.ok("StartMessageMoveTask", move)
	s.check("error", "StartMessageMoveTask", move)
}
