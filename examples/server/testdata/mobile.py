"""Scenarios of mobile push and of phones."""

import json

from checks import ACCOUNT, REGION


def apps(c):
    sns = c.sns
    app = sns.create_platform_application(Name="shop", Platform="GCM", Attributes={"PlatformCredential": "secret"})["PlatformApplicationArn"]
    c.equal("ARN", app, f"arn:aws:sns:{REGION}:{ACCOUNT}:app/GCM/shop")
    c.refused("platform", sns.create_platform_application, "InvalidParameter", "Invalid parameter: Platform Reason: AAA is not supported",
              typed="InvalidParameterException", Name="shop", Platform="AAA", Attributes={"PlatformCredential": "c"})
    c.refused("no attributes", sns.create_platform_application, "ValidationError",
              "1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null",
              Name="shop", Platform="GCM", Attributes={})
    sns.set_platform_application_attributes(PlatformApplicationArn=app, Attributes={"SuccessFeedbackSampleRate": "5"})
    want = {"Enabled": "true", "SuccessFeedbackSampleRate": "5"}
    c.equal("attributes", sns.get_platform_application_attributes(PlatformApplicationArn=app)["Attributes"], want)
    c.equal("listed", sns.list_platform_applications()["PlatformApplications"], [{"PlatformApplicationArn": app, "Attributes": want}])

    phone = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="tok", CustomUserData="u")["EndpointArn"]
    c.equal("again", sns.create_platform_endpoint(PlatformApplicationArn=app, Token="tok", CustomUserData="u")["EndpointArn"], phone)
    c.refused("differently", sns.create_platform_endpoint, "InvalidParameter",
              f"Invalid parameter: Token Reason: Endpoint {phone} already exists with the same Token, but different attributes.",
              typed="InvalidParameterException", PlatformApplicationArn=app, Token="tok", CustomUserData="v")
    c.true("pushed", sns.publish(TargetArn=phone, Message="hello")["MessageId"])
    sns.set_endpoint_attributes(EndpointArn=phone, Attributes={"Enabled": "false"})
    c.refused("disabled", sns.publish, "EndpointDisabled", "Endpoint is disabled", typed="EndpointDisabledException",
              TargetArn=phone, Message=json.dumps({"GCM": "{}"}), MessageStructure="json")
    c.equal("endpoint", sns.get_endpoint_attributes(EndpointArn=phone)["Attributes"], {"Enabled": "false", "Token": "tok", "CustomUserData": "u"})
    c.equal("endpoints", [e["EndpointArn"] for e in sns.list_endpoints_by_platform_application(PlatformApplicationArn=app)["Endpoints"]], [phone])
    sns.delete_endpoint(EndpointArn=phone)
    c.refused("gone", sns.get_endpoint_attributes, "NotFound", "Endpoint does not exist", 404, "NotFoundException", EndpointArn=phone)
    sns.delete_platform_application(PlatformApplicationArn=app)
    c.equal("none", sns.list_platform_applications()["PlatformApplications"], [])


def phones(c):
    sns = c.sns
    number = "+15551234567"
    c.true("text", sns.publish(PhoneNumber=number, Message="hello")["MessageId"])
    c.refused("bad number", sns.publish, "InvalidParameter", "Invalid parameter: PhoneNumber Reason: +1a234 is not valid to publish to",
              typed="InvalidParameterException", PhoneNumber="+1a234", Message="hello")
    c.equal("attributes", sns.get_sms_attributes()["attributes"], {"MonthlySpendLimit": "1"})
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional", "DefaultSenderID": "Shop"})
    c.equal("some", sns.get_sms_attributes(attributes=["DefaultSMSType"])["attributes"], {"DefaultSMSType": "Transactional"})
    c.refused("bad type", sns.set_sms_attributes, "InvalidParameter", "DefaultSMSType is invalid", typed="InvalidParameterException",
              attributes={"DefaultSMSType": "x"})
    c.equal("opted out", sns.check_if_phone_number_is_opted_out(phoneNumber=number)["isOptedOut"], False)
    c.equal("all opted out", sns.list_phone_numbers_opted_out()["phoneNumbers"], [])
    sns.opt_in_phone_number(phoneNumber=number)
    c.equal("sandbox", sns.get_sms_sandbox_account_status()["IsInSandbox"], False)
    sns.create_sms_sandbox_phone_number(PhoneNumber=number, LanguageCode="en-US")
    c.equal("sandbox numbers", sns.list_sms_sandbox_phone_numbers(MaxResults=10)["PhoneNumbers"], [{"PhoneNumber": number, "Status": "Pending"}])
    c.refused("wrong password", sns.verify_sms_sandbox_phone_number, "VerificationException", typed="VerificationException",
              PhoneNumber=number, OneTimePassword="00000")
    sns.delete_sms_sandbox_phone_number(PhoneNumber=number)
    c.refused("deleted", sns.delete_sms_sandbox_phone_number, "ResourceNotFound", status=404, typed="ResourceNotFoundException",
              PhoneNumber=number)
    c.equal("own numbers", sns.list_origination_numbers(MaxResults=30)["PhoneNumbers"], [])


SCENARIOS = [apps, phones]
