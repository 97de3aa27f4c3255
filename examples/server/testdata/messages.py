"""Scenarios of messages: sending, receiving, batches, time, FIFO queues and long polls."""

import threading
import time

from checks import ACCOUNT, bodies, md5, md5_of_attributes

ATTRIBUTES = {
    "Hello": {"DataType": "String", "StringValue": "There & <then>"},
    "Help.Me": {"DataType": "Number.int", "StringValue": "42"},
    "Raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff\x01"},
}
TRACE = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}}
ALL = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}
NO_HANDLE = 'The input receipt handle "garbage" is not a valid receipt handle.'


def send_and_receive(c):
    url = c.queue("plain")
    text = 'one\r\ntwo\t"three" <four> & &quot; häß 😀 \r'
    sent = c.sqs.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=ATTRIBUTES, MessageSystemAttributes=TRACE,
                              MessageGroupId="tenant-1")
    c.equal("MD5 of body", sent["MD5OfMessageBody"], md5(text))
    c.equal("MD5 of attributes", sent.get("MD5OfMessageAttributes"), md5_of_attributes(ATTRIBUTES))
    c.equal("MD5 of system attributes", sent.get("MD5OfMessageSystemAttributes"), md5_of_attributes(TRACE))
    c.true("no sequence number", "SequenceNumber" not in sent)
    [m] = c.receive(url, **ALL)
    c.equal("body", m["Body"], text)
    c.equal("id", m["MessageId"], sent["MessageId"])
    c.equal("MD5 of received body", m["MD5OfBody"], md5(text))
    c.equal("attributes", m.get("MessageAttributes"), ATTRIBUTES)
    c.equal("MD5 of received attributes", m.get("MD5OfMessageAttributes"), md5_of_attributes(ATTRIBUTES))
    shown = m["Attributes"]
    c.equal("names of system attributes", sorted(shown), [
        "AWSTraceHeader", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "MessageGroupId", "SenderId",
        "SentTimestamp"])
    c.equal("trace", shown.get("AWSTraceHeader"), TRACE["AWSTraceHeader"]["StringValue"])
    c.equal("group", shown.get("MessageGroupId"), "tenant-1")
    c.equal("sender", shown.get("SenderId"), ACCOUNT)
    c.sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    c.sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    c.equal("deleted", c.counts(url), (0, 0, 0))
    c.true("no messages, no member", "Messages" not in c.sqs.receive_message(QueueUrl=url))


def trace(c):
    """The trace of a caller comes in a header of the request, unless the message has its own."""
    url, header = c.queue("trace"), "Root=1-67891233-abcdef012345678912345678"
    on_send = "before-call.sqs.SendMessage"
    c.sqs.meta.events.register(on_send, lambda params, **_: params["headers"].update({"X-Amzn-Trace-Id": header}), "trace")
    plain = c.sqs.send_message(QueueUrl=url, MessageBody="m")
    c.sqs.send_message(QueueUrl=url, MessageBody="m", MessageSystemAttributes=TRACE)
    c.sqs.meta.events.unregister(on_send, unique_id="trace")
    c.true("no digest of what was not sent", "MD5OfMessageSystemAttributes" not in plain)
    got = c.receive(url, MaxNumberOfMessages=2, MessageSystemAttributeNames=["AWSTraceHeader"])
    c.equal("traces", [m.get("Attributes", {}).get("AWSTraceHeader") for m in got],
            [header, TRACE["AWSTraceHeader"]["StringValue"]])


def filters(c):
    url = c.queue("filters", VisibilityTimeout=0)
    c.sqs.send_message(QueueUrl=url, MessageBody="m", MessageAttributes=ATTRIBUTES)

    def got(*names):
        [m] = c.receive(url, MessageAttributeNames=list(names))
        return sorted(m.get("MessageAttributes", {})), m.get("MD5OfMessageAttributes")

    for names in (["Hel.*"], ["Hello", "Help.Me", "unknown"]):
        want = {k: ATTRIBUTES[k] for k in ("Hello", "Help.Me")}
        c.equal(f"filter {names}", got(*names), (sorted(want), md5_of_attributes(want)))
    c.equal("all", got(".*")[0], sorted(ATTRIBUTES))
    c.equal("none", got("unknown", "..foo"), ([], None))
    [m] = c.receive(url, MessageSystemAttributeNames=["SenderId", "SequenceNumber"])
    c.equal("system attributes", m.get("Attributes"), {"SenderId": ACCOUNT})
    c.true("none unless asked for", "MessageAttributes" not in m)


def refusals(c):
    url = c.queue("refusals", MaximumMessageSize=1024)
    send, invalid = c.sqs.send_message, "InvalidParameterValue"
    c.refused("no body", send, "MissingParameter", "The request must contain the parameter MessageBody.", QueueUrl=url,
              MessageBody="")
    send(QueueUrl=url, MessageBody="x" * 1024)
    c.refused("too long", send, invalid,
              "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
              QueueUrl=url, MessageBody="x" * 1017, MessageAttributes={"k": {"DataType": "String", "StringValue": "x"}})
    c.refused("characters", send, "InvalidMessageContents", typed="InvalidMessageContents", QueueUrl=url, MessageBody="a\x01b")
    c.refused("delay", send, invalid,
              "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
              QueueUrl=url, MessageBody="m", DelaySeconds=901)
    c.refused("reserved name", send, invalid, QueueUrl=url, MessageBody="m",
              MessageAttributes={"aWs.x": {"DataType": "String", "StringValue": "x"}})
    c.refused("no number", send, invalid, "Can't cast the value of message (user) attribute 'n' to a number.", QueueUrl=url,
              MessageBody="m", MessageAttributes={"n": {"DataType": "Number", "StringValue": "x"}})
    c.refused("deduplication on a standard queue", send, invalid, QueueUrl=url, MessageBody="m", MessageDeduplicationId="d")
    receive = c.sqs.receive_message
    for n in (0, 11):
        c.refused(f"receive {n}", receive, invalid, f"Value {n} for parameter MaxNumberOfMessages is invalid. "
                  "Reason: Must be between 1 and 10, if provided.", QueueUrl=url, MaxNumberOfMessages=n)
    c.refused("wait", receive, invalid, "Value 21 for parameter WaitTimeSeconds is invalid. "
              "Reason: Must be >= 0 and <= 20, if provided.", QueueUrl=url, WaitTimeSeconds=21)
    c.refused("delete garbage", c.sqs.delete_message, "ReceiptHandleIsInvalid", NO_HANDLE, 404, "ReceiptHandleIsInvalid",
              QueueUrl=url, ReceiptHandle="garbage")


def visibility(c):
    url = c.queue("visibility")
    c.sqs.send_message(QueueUrl=url, MessageBody="m")
    [m] = c.receive(url)
    c.equal("in flight", (c.receive(url), c.counts(url)), ([], (0, 1, 0)))
    change = c.sqs.change_message_visibility
    change(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"], VisibilityTimeout=0)
    [again] = c.receive(url, MessageSystemAttributeNames=["ApproximateReceiveCount"], VisibilityTimeout=60)
    c.equal("again", (again["MessageId"], again["Attributes"]["ApproximateReceiveCount"]), (m["MessageId"], "2"))
    c.true("another handle", again["ReceiptHandle"] != m["ReceiptHandle"])
    if c.advance(59):
        c.equal("a second before", c.receive(url), [])
        c.advance(1)
        c.equal("after the timeout", bodies(c.receive(url)), ["m"])
    c.refused("too long", change, "InvalidParameterValue", QueueUrl=url, ReceiptHandle=again["ReceiptHandle"],
              VisibilityTimeout=43201)
    c.advance(1)
    c.refused("12 hours in all", change, "InvalidParameterValue", "...Total VisibilityTimeout for the message is beyond the "
              "limit [43200 seconds]", QueueUrl=url, ReceiptHandle=again["ReceiptHandle"], VisibilityTimeout=43200)
    c.sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])  # an old handle still works
    c.equal("deleted", c.counts(url), (0, 0, 0))
    c.refused("of a deleted message", change, "InvalidParameterValue", "...Message does not exist or is not available for "
              "visibility timeout change.", QueueUrl=url, ReceiptHandle=m["ReceiptHandle"], VisibilityTimeout=1)


def delay_and_retention(c):
    url = c.queue("delay", DelaySeconds=60, MessageRetentionPeriod=120)
    c.sqs.send_message(QueueUrl=url, MessageBody="late")
    c.sqs.send_message(QueueUrl=url, MessageBody="now", DelaySeconds=0)
    c.equal("counts", c.counts(url), (1, 0, 1))
    c.equal("without delay", bodies(c.receive(url)), ["now"])
    if c.advance(60):
        c.equal("after the delay", sorted(bodies(c.receive(url, MaxNumberOfMessages=10))), ["late", "now"])
        c.advance(60)
        c.equal("after the retention period", c.counts(url), (0, 0, 0))


def batches(c):
    url, other = c.queue("batches", MaximumMessageSize=1024), c.queue("other")
    c.sqs.send_message(QueueUrl=other, MessageBody="m")
    [foreign] = c.receive(other)
    entries = [{"Id": "a", "MessageBody": "1", "MessageAttributes": ATTRIBUTES}, {"Id": "b", "MessageBody": "x" * 1025},
               {"Id": "c", "MessageBody": "2", "DelaySeconds": 901}, {"Id": "d", "MessageBody": "3"}]
    r = c.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    c.equal("sent", [(e["Id"], e["MD5OfMessageBody"]) for e in r["Successful"]], [("a", md5("1")), ("d", md5("3"))])
    c.equal("MD5 of attributes", r["Successful"][0].get("MD5OfMessageAttributes"), md5_of_attributes(ATTRIBUTES))
    c.equal("not sent", r.get("Failed"), [
        {"Id": "b", "SenderFault": True, "Code": "InvalidParameterValue", "Message": "One or more parameters cannot be "
         "validated. Reason: Message must be shorter than 1024 bytes."},
        {"Id": "c", "SenderFault": True, "Code": "InvalidParameterValue", "Message": "Value 901 for parameter DelaySeconds is "
         "invalid. Reason: DelaySeconds must be >= 0 and <= 900."}])
    [m] = c.receive(url)
    handles = [{"Id": "good", "ReceiptHandle": m["ReceiptHandle"]}, {"Id": "bad", "ReceiptHandle": "garbage"},
               {"Id": "foreign", "ReceiptHandle": foreign["ReceiptHandle"]}]
    changes = [{**h, "VisibilityTimeout": 0} for h in handles]
    for what, r in (("changed", c.sqs.change_message_visibility_batch(QueueUrl=url, Entries=changes)),
                    ("deleted", c.sqs.delete_message_batch(QueueUrl=url, Entries=handles))):
        c.equal(what, r.get("Successful"), [{"Id": "good"}])
        c.equal("not " + what, [(e["Id"], e["SenderFault"], e["Code"]) for e in r.get("Failed", [])],
                [("bad", True, "ReceiptHandleIsInvalid"), ("foreign", True, "ReceiptHandleIsInvalid")])
    send, prefix = c.sqs.send_message_batch, "AWS.SimpleQueueService."
    for name, text, ids, body in (
        ("EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.", "", "m"),
        ("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10. You have sent 11.", "abcdefghijk", "m"),
        ("BatchEntryIdsNotDistinct", "Id b repeated.", "abba", "m"),
        ("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be "
         "at most 80 letters long.", "a:", "m"),
        ("BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes. You have sent 1048580 bytes.", "ab",
         "x" * 524290),
    ):
        c.refused(name, send, prefix + name, text, typed=name, QueueUrl=url,
                  Entries=[{"Id": i, "MessageBody": body} for i in ids])
    c.equal("left", c.counts(url), (1, 0, 0))


def fifo(c):
    url = c.queue("groups.fifo", FifoQueue="true")
    send = c.sqs.send_message
    c.refused("no group", send, "MissingParameter", "The request must contain the parameter MessageGroupId.", QueueUrl=url,
              MessageBody="m", MessageDeduplicationId="d")
    c.refused("no deduplication", send, "InvalidParameterValue", "The queue should either have ContentBasedDeduplication "
              "enabled or MessageDeduplicationId provided explicitly", QueueUrl=url, MessageBody="m", MessageGroupId="g")
    c.refused("delay", send, "InvalidParameterValue", "Value 1 for parameter DelaySeconds is invalid. Reason: The request include "
              "parameter that is not valid for this queue type.", QueueUrl=url, MessageBody="m", MessageGroupId="g",
              MessageDeduplicationId="d", DelaySeconds=1)
    sent = [send(QueueUrl=url, MessageBody=b, MessageGroupId=b[0], MessageDeduplicationId=b) for b in ("a1", "b1", "a2", "a3")]
    c.true("sequence numbers rise", [s["SequenceNumber"] for s in sent] == sorted({s["SequenceNumber"] for s in sent}))
    copy = send(QueueUrl=url, MessageBody="other", MessageGroupId="b", MessageDeduplicationId="a1")
    c.equal("a duplicate is the original", (copy["MessageId"], copy["SequenceNumber"]),
            (sent[0]["MessageId"], sent[0]["SequenceNumber"]))
    first = c.receive(url, MaxNumberOfMessages=2, **ALL)
    c.equal("one group first", bodies(first), ["a1", "a2"])
    shown = first[0]["Attributes"]
    c.equal("attributes", [shown.get(k) for k in ("MessageGroupId", "MessageDeduplicationId", "SequenceNumber")],
            ["a", "a1", sent[0]["SequenceNumber"]])
    c.equal("then the others", bodies(c.receive(url, MaxNumberOfMessages=10)), ["b1"])
    c.equal("blocked ones are visible", c.counts(url), (1, 3, 0))
    c.sqs.delete_message(QueueUrl=url, ReceiptHandle=first[0]["ReceiptHandle"])
    c.equal("blocked", c.receive(url), [])
    c.sqs.delete_message(QueueUrl=url, ReceiptHandle=first[1]["ReceiptHandle"])
    third = c.receive(url)
    c.equal("free", bodies(third), ["a3"])
    if c.advance(30) and third:
        c.refused("an expired handle", c.sqs.delete_message, "InvalidParameterValue", "...The receipt handle has expired.",
                  QueueUrl=url, ReceiptHandle=third[0]["ReceiptHandle"])
    c.sqs.purge_queue(QueueUrl=url)
    again = send(QueueUrl=url, MessageBody="a1", MessageGroupId="a", MessageDeduplicationId="a1")
    c.true("a purge forgets duplicates", again["MessageId"] != sent[0]["MessageId"])


def deduplication(c):
    url = c.queue("content.fifo", FifoQueue="true", ContentBasedDeduplication="true")

    def send():
        return c.sqs.send_message(QueueUrl=url, MessageBody="Test", MessageGroupId="g")["MessageId"]

    first = send()
    [m] = c.receive(url, MessageSystemAttributeNames=["MessageDeduplicationId"])
    c.equal("the hash", m.get("Attributes"),
            {"MessageDeduplicationId": "532eaabd9574880dbf76b9b8cc00832c20a6ec113d682299550d7a6e0f345e25"})
    c.sqs.delete_message(QueueUrl=url, ReceiptHandle=m["ReceiptHandle"])
    c.equal("a delete does not forget", (send(), c.counts(url)), (first, (0, 0, 0)))
    if c.advance(299):
        c.equal("a second before", send(), first)
        c.advance(1)
        c.true("after five minutes", send() != first)
    attempt = {"ReceiveRequestAttemptId": "try", "MaxNumberOfMessages": 10}
    c.sqs.send_message(QueueUrl=url, MessageBody="Attempt", MessageGroupId="other")
    got = [m["ReceiptHandle"] for m in c.receive(url, **attempt)]
    c.equal("a repeated attempt", [m["ReceiptHandle"] for m in c.receive(url, **attempt)], got)
    c.refused("FIFO group in a batch", c.sqs.send_message_batch, "InvalidParameterValue",
              "The request must contain the parameter MessageGroupId.", QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "m"}])


def long_poll(c):
    if not c.clock:
        return
    url = c.queue("poll", VisibilityTimeout=10)

    def poll_while(act):
        """What a long poll is answered, in the course of which act is called."""
        answers = []
        poll = threading.Thread(target=lambda: answers.append(c.receive(url, WaitTimeSeconds=20)), daemon=True)
        poll.start()
        c.await_poll()
        act()
        poll.join(5)
        return answers[0]

    start = time.monotonic()
    got = poll_while(lambda: c.sqs.send_message(QueueUrl=url, MessageBody="m"))
    c.equal("served by a send", bodies(got), ["m"])
    got = poll_while(lambda: c.advance(15))
    c.equal("served by the end of a timeout", bodies(got), ["m"])
    c.sqs.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
    c.equal("over", poll_while(lambda: c.advance(20)), [])
    c.true("all that in no time", time.monotonic() - start < 5)


SCENARIOS = [
    send_and_receive, trace, filters, refusals, visibility, delay_and_retention, batches, fifo, deduplication, long_poll]
