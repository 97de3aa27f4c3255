package sns_test

import (
	"context"
	"fmt"

	"github.com/inflight-mq/inflight/sns"
)

// An app's backend registers a device and pushes to it; once the app was removed from the device, the service disables it.
func ExampleBroker_TokenDied() {
	ctx := context.Background()
	broker := sns.New()
	app, _ := broker.CreateApp(ctx, sns.PlatformGCM, "shop", map[string]string{"PlatformCredential": "key"})
	device, _ := broker.CreateInstallation(ctx, app, sns.NewInstallation{Token: "anna's phone"})
	for range 3 {
		_, err := broker.Publish(ctx, sns.Target{TargetARN: device}, sns.Message{Body: "Your order is ready"})
		fmt.Println(len(broker.Pushes(device)), err == nil)
		broker.TokenDied(device)
	}
	fmt.Println(broker.Pushes(device)[0].Payload)
	// Output:
	// 1 true
	// 1 true
	// 1 false
	// {"data":{"default":"Your order is ready"}}
}

// A phone gets a topic's texts until its owner answers STOP.
func ExampleBroker_OptOut() {
	ctx := context.Background()
	broker := sns.New()
	topic, _ := broker.Create(ctx, "alerts", sns.Config{DisplayName: new("Alerts")})
	_, _ = topic.Subscribe(ctx, sns.ToPhone("+15551234567"), sns.SubscriptionConfig{})
	_, _ = topic.Publish(ctx, sns.Message{Body: "The kettle boils"})
	broker.OptOut("+15551234567")
	_, _ = topic.Publish(ctx, sns.Message{Body: "The kettle still boils"})
	for _, text := range broker.Texts("+15551234567") {
		fmt.Println(text.Body)
	}
	numbers, _ := broker.OptedOutNumbers(ctx, "")
	fmt.Println(numbers.Numbers)
	// Output:
	// ALERTS> The kettle boils
	// [+15551234567]
}
