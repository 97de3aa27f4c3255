package sqs_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sqs"
)

// The errors that AWS was recorded with. testdata/recorded.json has them by scenario and name of the answer; here stands the
// request of each, as the scenario's name tells it.

type recordedError struct {
	Code           string // that SDKs show
	QueryErrorCode string // name of the shape; absent for an entry of a batch
	HTTPStatusCode int
	Message        string
}

// request makes a recorded call. The queues are fresh.
type request func(t *testing.T, w goldenWorld) error

type goldenWorld struct {
	b       *sqs.Broker
	q, fifo sqs.Queue // fifo does not deduplicate by content
}

func TestRecordedErrors(t *testing.T) {
	text, err := os.ReadFile("testdata/recorded.json")
	require.NoError(t, err)
	var recorded map[string]struct{ Errors map[string]recordedError }
	require.NoError(t, json.Unmarshal(text, &recorded))
	requests := goldenRequests()
	n := 0
	for scenario, answers := range recorded {
		for name, want := range answers.Errors {
			t.Run(scenario+" "+name, func(t *testing.T) {
				base, parameter, _ := strings.Cut(strings.TrimSuffix(scenario, "]"), "[")
				do := requests[base+" "+strings.TrimSuffix(name, "-query")]
				require.NotNil(t, do, "no request is written for this answer")
				b, _ := fakeBroker()
				w := goldenWorld{b, create(t, b, "q", sqs.Config{}), create(t, b, "q.fifo", sqs.Config{ContentDedup: new(false)})}
				e, ok := errors.AsType[*sqs.Error](do(strings.TrimPrefix(parameter, "sqs-"))(t, w))
				require.True(t, ok)
				require.Equal(t, want.Message, e.Message)
				require.Equal(t, want.Code, e.Code.QueryCode())
				if want.QueryErrorCode != "" {
					require.Equal(t, want.QueryErrorCode, string(e.Code))
					require.Equal(t, want.HTTPStatusCode, e.Code.Status())
				}
			})
			n++
		}
	}
	require.Equal(t, 38, n)
}

// goldenRequests are the requests by scenario and name of the answer. The parameter is that of the scenario, in its brackets.
func goldenRequests() map[string]func(parameter string) request {
	always := func(r request) func(string) request { return func(string) request { return r } }
	create := func(name string, as map[string]string) func(string) request {
		return always(func(t *testing.T, w goldenWorld) error {
			cfg, err := sqs.ParseAttributes(as)
			if err != nil {
				return err
			}
			_, err = w.b.Create(t.Context(), name, cfg)
			return err
		})
	}
	send := func(fifo bool, m sqs.Message) request {
		return func(t *testing.T, w goldenWorld) error {
			q := w.q
			if fifo {
				q = w.fifo
			}
			_, err := q.Send(t.Context(), m)
			return err
		}
	}
	receive := func(opts sqs.ReceiveOptions) func(string) request {
		return always(func(t *testing.T, w goldenWorld) error {
			_, err := w.q.Receive(t.Context(), opts)
			return err
		})
	}
	id := func(parameter string) (string, sqs.Given) { // the empty id is given, all others stand for themselves
		switch parameter {
		case "empty":
			return "", sqs.GivenGroupID | sqs.GivenDedupID
		case "spaces":
			return "group 123", 0
		}
		return strings.Repeat("a", 129), 0
	}
	differing := always(func(t *testing.T, w goldenWorld) error {
		_, err := w.b.Create(t.Context(), "q", sqs.Config{Delay: new(2 * time.Second)})
		return err
	})
	twice := func(label string) request {
		return func(t *testing.T, w goldenWorld) error {
			require.NoError(t, w.q.AddPermission(t.Context(), label, []string{account}, []string{"ReceiveMessage"}))
			return w.q.AddPermission(t.Context(), label, []string{"668614515564"}, []string{"ReceiveMessage"})
		}
	}
	large := strings.Repeat("a", 1<<20)
	return map[string]func(string) request{
		"test_change_message_visibility_batch_with_too_large_batch error_response": always(func(t *testing.T, w goldenWorld) error {
			_, err := w.q.ChangeVisibilityBatch(t.Context(), make([]sqs.VisibilityEntry, 20)...)
			return err
		}),
		"test_delete_message_batch_with_too_large_batch error_response": always(func(t *testing.T, w goldenWorld) error {
			_, err := w.q.DeleteBatch(t.Context(), make([]sqs.DeleteEntry, 20)...)
			return err
		}),
		"test_too_many_entries_in_batch_request test_too_many_entries_in_batch_request": always(func(t *testing.T, w goldenWorld) error {
			_, err := w.q.SendBatch(t.Context(), make([]sqs.Message, 20)...)
			return err
		}),
		"test_create_queue_with_different_attributes_raises_exception create_queue_01": differing,
		"test_create_queue_with_different_attributes_raises_exception create_queue_02": differing,

		"test_create_standard_queue_with_fifo_attribute_raises_error invalid-attribute-content-based-deduplication": create("new",
			map[string]string{"ContentBasedDeduplication": "false"}),
		"test_create_standard_queue_with_fifo_attribute_raises_error invalid-attribute-deduplication-scope": create("new",
			map[string]string{"DeduplicationScope": "queue"}),
		"test_create_standard_queue_with_fifo_attribute_raises_error invalid-attribute-fifo-queue": create("new",
			map[string]string{"FifoQueue": "false"}),
		"test_create_standard_queue_with_fifo_attribute_raises_error invalid-attribute-throughput-limit": create("new",
			map[string]string{"FifoThroughputLimit": "perQueue"}),

		"test_delete_message_batch_invalid_msg_id error_response": func(id string) request {
			return func(t *testing.T, w goldenWorld) error {
				_, err := w.q.DeleteBatch(t.Context(), sqs.DeleteEntry{EntryID: id, Given: sqs.GivenEntryID})
				return err
			}
		},
		"test_invalid_batch_id test_invalid_batch_id": always(func(t *testing.T, w goldenWorld) error {
			_, err := w.q.SendBatch(t.Context(), sqs.Message{Body: "m", EntryID: "message:with:invalid:id"})
			return err
		}),
		"test_fifo_queue_send_message_with_delay_seconds_fails send_message": always(send(true,
			sqs.Message{Body: "m", GroupID: "1", DedupID: "1", Delay: new(2 * time.Second)})),
		"test_message_deduplication_id_invalid error-response": func(parameter string) request {
			dedup, given := id(parameter)
			return send(true, sqs.Message{Body: "m", GroupID: "test", DedupID: dedup, Given: given &^ sqs.GivenGroupID})
		},
		"test_send_message_to_standard_queue_with_invalid_message_group_id error-response": func(parameter string) request {
			group, given := id(parameter)
			return send(false, sqs.Message{Body: "m", GroupID: group, Given: given &^ sqs.GivenDedupID})
		},
		"test_posting_to_fifo_requires_deduplicationid_group_id invalid-parameter-value": always(send(true, sqs.Message{Body: "m", GroupID: "1"})),
		"test_posting_to_fifo_requires_deduplicationid_group_id missing-parameter":       always(send(true, sqs.Message{Body: "m", DedupID: "1"})),
		"test_send_batch_missing_deduplication_id_for_fifo_queue test_missing_deduplication_id_for_fifo_queue": always(
			func(t *testing.T, w goldenWorld) error {
				_, err := w.fifo.SendBatch(t.Context(), sqs.Message{Body: "1", GroupID: "g"}, sqs.Message{Body: "2", GroupID: "g"})
				return err
			}),
		"test_send_message_batch_with_oversized_contents send_oversized_message_batch": always(func(t *testing.T, w goldenWorld) error {
			_, err := w.q.SendBatch(t.Context(), sqs.Message{Body: large + "a"})
			return err
		}),
		"test_send_batch_message_size send-message-batch-result Failed[0]": always(func(t *testing.T, w goldenWorld) error {
			require.NoError(t, w.q.SetConfig(t.Context(), sqs.Config{MaxMessageSize: new(1024)}))
			sent, err := w.q.SendBatch(t.Context(), sqs.Message{Body: large[:1025]}, sqs.Message{Body: large[:1024]})
			require.NoError(t, err)
			require.NoError(t, sent[1].Err)
			return sent[0].Err
		}),
		"test_send_oversized_message send_oversized_message": always(send(false, sqs.Message{Body: large + "a"})),
		"test_send_message_with_updated_maximum_message_size send_oversized_message": always(func(t *testing.T, w goldenWorld) error {
			require.NoError(t, w.q.SetConfig(t.Context(), sqs.Config{MaxMessageSize: new(1024)}))
			_, err := w.q.Send(t.Context(), sqs.Message{Body: large[:1025]})
			return err
		}),
		"test_send_receive_max_number_of_messages send_max_number_of_messages": receive(sqs.ReceiveOptions{Max: 11}),
		"test_send_receive_wait_time_seconds recieve_message_error_too_large":  receive(sqs.ReceiveOptions{Wait: new(21 * time.Second)}),
		"test_send_receive_wait_time_seconds recieve_message_error_too_small":  receive(sqs.ReceiveOptions{Wait: new(-time.Second)}),

		"test_sqs_permission_lifecycle get-queue-policy-attribute-second-account-same-label": always(twice("crossaccountpermission")),
		"test_sqs_permission_lifecycle get-queue-policy-attribute-delete-non-existent-label": always(func(t *testing.T, w goldenWorld) error {
			return w.q.RemovePermission(t.Context(), "crossaccountpermission2")
		}),
		"test_cancel_with_invalid_task_handle error": always(func(t *testing.T, w goldenWorld) error {
			_, err := w.b.CancelMove(t.Context(), "foobared")
			return err
		}),
		"test_destination_needs_to_exist error": always(func(t *testing.T, w goldenWorld) error {
			source(t, w.b, "source", w.q)
			_, err := w.b.StartMove(t.Context(), sqs.MoveOptions{Source: w.q.ARN(), Destination: arnPrefix + "missing"})
			return err
		}),
		"test_source_needs_redrive_policy error": always(func(t *testing.T, w goldenWorld) error {
			_, err := w.b.StartMove(t.Context(), sqs.MoveOptions{Source: w.q.ARN()})
			return err
		}),
		"test_start_multiple_move_tasks error": always(func(t *testing.T, w goldenWorld) error {
			bury(t, source(t, w.b, "source", w.q), "1", "2")
			_, err := w.b.StartMove(t.Context(), sqs.MoveOptions{Source: w.q.ARN(), PerSecond: 1})
			require.NoError(t, err)
			_, err = w.b.StartMove(t.Context(), sqs.MoveOptions{Source: w.q.ARN()})
			return err
		}),
	}
}
