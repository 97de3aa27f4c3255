"""boto3, as it comes, against the server: AWS JSON. Every operation of SQS is called.

    python3 boto3_json.py [--no-clock] http://127.0.0.1:4566

--no-clock leaves out the server's own paths, and with them what needs time to pass: so the script runs against any server.
"""

import sys

sys.dont_write_bytecode = True  # testdata stays as it is

import boto3
from botocore.config import Config

import messages
import queues
from checks import OPTIONS, Checks, every_operation


def paginators(c):
    urls = [c.queue(f"page-{i}") for i in range(5)]
    pages = list(c.sqs.get_paginator("list_queues").paginate(QueueNamePrefix="page-", PaginationConfig={"PageSize": 2}))
    c.equal("pages", [p["QueueUrls"] for p in pages], [urls[:2], urls[2:4], urls[4:]])
    dlq = c.queue("page-dlq")
    for url in urls:
        c.sqs.set_queue_attributes(QueueUrl=url, Attributes={
            "RedrivePolicy": f'{{"deadLetterTargetArn":"{queues.arn("page-dlq")}","maxReceiveCount":"3"}}'})
    pages = list(c.sqs.get_paginator("list_dead_letter_source_queues").paginate(
        QueueUrl=dlq, PaginationConfig={"PageSize": 2}))
    c.equal("pages of sources", [p["queueUrls"] for p in pages], [urls[:2], urls[2:4], urls[4:]])


def resources(c):
    """boto3's objects on top of the client."""
    sqs = boto3.resource("sqs", endpoint_url=c.url)
    queue = sqs.create_queue(QueueName="resource")
    c.equal("by name", sqs.get_queue_by_name(QueueName="resource").url, queue.url)
    queue.send_message(MessageBody="hello")
    [m] = queue.receive_messages()
    c.equal("body", m.body, "hello")
    m.change_visibility(VisibilityTimeout=0)
    [m] = queue.receive_messages()
    m.delete()
    queue.reload()
    c.equal("attributes", queue.attributes["ApproximateNumberOfMessages"], "0")
    c.true("among all", queue.url in [q.url for q in sqs.queues.all()])


def accounts(c):
    """The access key names the account, the signature's scope the region."""
    config = Config(**OPTIONS)
    other = boto3.client("sqs", endpoint_url=c.url, region_name="eu-west-1", aws_access_key_id="111122223333",
                         aws_secret_access_key="any", config=config)
    url = other.create_queue(QueueName="elsewhere-1")["QueueUrl"]
    c.equal("URL", url, f"{c.url}/111122223333/elsewhere-1")
    got = other.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    c.equal("ARN", got, "arn:aws:sqs:eu-west-1:111122223333:elsewhere-1")
    c.true("unseen by others", "QueueUrls" not in c.sqs.list_queues(QueueNamePrefix="elsewhere-1"))


def main():
    clock = "--no-clock" not in sys.argv
    url = sys.argv[-1]
    client = boto3.client("sqs", endpoint_url=url, config=Config(**OPTIONS))
    c = Checks(client, url, query=False, clock=clock)
    if clock:
        c.post("/_inflight/reset")
    c.run(queues.SCENARIOS + messages.SCENARIOS + [paginators, resources, accounts, every_operation])
    c.finish()


main()
