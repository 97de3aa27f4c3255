"""boto3 against the topics of the server: every operation of SNS is called.

    python3 boto3_sns.py [--no-clock] http://127.0.0.1:4566

--no-clock leaves out the server's own paths, and with them what needs time to pass.
"""

import sys

sys.dont_write_bytecode = True  # testdata stays as it is

import boto3
from botocore.config import Config

import mobile
import topics
from checks import OPTIONS, Checks, every_operation


def main():
    clock = "--no-clock" not in sys.argv
    url = sys.argv[-1]
    config = Config(**OPTIONS)
    c = Checks(boto3.client("sqs", endpoint_url=url, config=config), url, query=False, clock=clock)
    c.sns = boto3.client("sns", endpoint_url=url, config=config)
    c.watch(c.sns)
    if clock:
        c.post("/_inflight/reset")

    def every_operation_of_topics(c):
        every_operation(c, c.sns)

    c.run(topics.SCENARIOS + mobile.SCENARIOS + [every_operation_of_topics])
    c.finish()


main()
