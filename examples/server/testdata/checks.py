"""Soft assertions, and the server's own paths. A failed check is noted and the script goes on, so that one run shows all."""

import hashlib
import json
import os
import struct
import sys
import traceback
import urllib.request

from botocore.exceptions import ClientError

ACCOUNT, REGION = "123456789012", "us-east-1"

# Any credentials will do; those of the machine must not leave it.
os.environ.update(AWS_ACCESS_KEY_ID="any", AWS_SECRET_ACCESS_KEY="any", AWS_DEFAULT_REGION=REGION)

# Without retries a refusal is seen as it is. The read timeout is what ends a test that waits for nothing.
OPTIONS = {"retries": {"total_max_attempts": 1}, "read_timeout": 10, "connect_timeout": 5}


class Checks:
    """What the scenarios share: the client, the time, and the list of failures."""

    def __init__(self, client, url, query, clock):
        self.sqs = client
        self.url = url.rstrip("/")
        self.query = query  # the client speaks the Query protocol
        self.clock = clock  # the server has a virtual clock; without one, checks that need time to pass are left out
        self.failures = []
        self.passed = 0
        self.scenario = ""
        self.called = set()
        self.watch(client)

    def watch(self, client):
        """Notes which operations are called through a client."""
        client.meta.events.register("before-call", lambda model, **_: self.called.add(model.name))

    def note(self, what, problem):
        if problem:
            self.failures.append(f"{self.scenario}: {what}: {problem}")
        else:
            self.passed += 1

    def equal(self, what, got, want):
        self.note(what, None if got == want else f"got {got!r}, want {want!r}")

    def true(self, what, holds):
        self.note(what, None if holds else "does not hold")

    def refused(self, what, call, code, text=None, status=400, typed=None, **parameters):
        """The call must raise: code, text (or a part of it, after '...'), status and the client's exception class."""
        try:
            answer = call(**parameters)
        except ClientError as e:
            got = e.response["Error"]
            self.equal(what + " (code)", got["Code"], code)
            self.equal(what + " (status)", e.response["ResponseMetadata"]["HTTPStatusCode"], status)
            self.equal(what + " (type)", type(e).__name__, typed or "ClientError")
            if text and text.startswith("..."):
                self.true(f"{what} (text) {got['Message']!r}", text[3:] in got["Message"])
            elif text:
                self.equal(what + " (text)", got["Message"], text)
            return
        answer.pop("ResponseMetadata", None)
        self.note(what, f"got {answer!r}, want {code}")

    def advance(self, seconds):
        """Lets virtual time pass. It is false where there is none: the caller leaves out what needs it."""
        if self.clock:
            self.post("/_inflight/clock/advance", {"seconds": seconds})
        return self.clock

    def post(self, path, body=None):
        r = urllib.request.Request(self.url + path, data=json.dumps(body).encode() if body else b"", method="POST")
        with urllib.request.urlopen(r, timeout=10) as answer:
            return json.load(answer)

    def await_poll(self):
        """Returns once a long poll waits."""
        for _ in range(10_000):
            with urllib.request.urlopen(self.url + "/_inflight/health", timeout=10) as answer:
                if json.load(answer)["timers"]:
                    return
        raise RuntimeError("the poll does not begin")

    def queue(self, name, **attributes):
        """Creates a queue and returns its URL."""
        return self.sqs.create_queue(QueueName=name, Attributes={k: str(v) for k, v in attributes.items()})["QueueUrl"]

    def receive(self, url, **parameters):
        return self.sqs.receive_message(QueueUrl=url, **parameters).get("Messages", [])

    def counts(self, url):
        """Visible, in flight, delayed."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
        got = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names).get("Attributes", {})
        return tuple(int(got.get(name, -1)) for name in names)

    def run(self, scenarios):
        for scenario in scenarios:
            self.scenario = scenario.__name__
            try:
                scenario(self)
            except Exception:  # the other scenarios still tell something
                self.failures.append(f"{self.scenario}: {traceback.format_exc(limit=-2).strip()}")

    def finish(self):
        for failure in self.failures:
            print("FAIL", failure)
        print(f"{self.passed} checks passed, {len(self.failures)} failed")
        sys.exit(1 if self.failures else 0)


def every_operation(c, client=None):
    """A scenario to end with: the others have called all that the client knows."""
    c.equal("operations that were not called", sorted(set((client or c.sqs).meta.service_model.operation_names) - c.called), [])


def arn(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def bodies(messages):
    return [m["Body"] for m in messages]


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def md5_of_attributes(attributes):
    """The digest of message attributes, worked out anew: botocore, unlike other SDKs, does not verify it."""
    packed = b""
    for name, a in sorted(attributes.items()):
        binary = a["DataType"].startswith("Binary")
        value = a["BinaryValue"] if binary else a["StringValue"].encode()
        for part in (name.encode(), a["DataType"].encode()):
            packed += struct.pack(">I", len(part)) + part
        packed += (b"\x02" if binary else b"\x01") + struct.pack(">I", len(value)) + value
    return hashlib.md5(packed).hexdigest()
