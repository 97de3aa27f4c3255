// Package filter is the filter-policy language of Amazon SNS: it reads the policies that subscriptions carry, refuses the bad ones
// in the service's words, and decides which messages a policy lets through and why. It needs no topic.
//
//	policy, err := filter.Parse(`{"store":["berlin",{"prefix":"ham"}]}`, filter.MessageAttributes)
//	in := filter.Input{Attributes: filter.NewAttributes(attributes), Body: filter.ParseBody(message)}
//	if !policy.Match(in) {
//		log.Print(policy.Explain(in))
//	}
//
// Attributes and bodies are read once, however many policies look at them; [Index] finds the few that match among very many.
//
// # Grammar
//
//	policy     = object of key and node           all keys must hold
//	node       = array of conditions              one must hold
//	           | object                           nested keys, only in the scope MessageBody
//	"$or"      = array of two policies or more    one must hold, and all keys beside it
//	condition  = string | number | true | false | null
//	           | {"prefix": string} | {"suffix": string} | {"equals-ignore-case": string}
//	           | {"anything-but": string, number, array of strings, array of numbers, or {"prefix": string}}
//	           | {"numeric": ["=", "<", "<=", ">" or ">=", number]}
//	           | {"numeric": [">" or ">=", low, "<" or "<=", high]}
//	           | {"exists": true or false}
//	           | {"cidr": "address/bits"}
//
// $or is an operator if its value is an array of at least two objects, none of which has a name that is reserved for match
// expressions (prefix, numeric, and so on); otherwise it is a key like any other. It may stand at the top, in nested objects and
// in itself. The other operators of EventBridge, such as wildcard, are refused, as the service refuses them.
//
// Of members of a policy with the same name the last counts; the others are not even looked at.
//
// # What a policy promises
//
//   - A condition is met by a value. A key holds if one of its conditions is met by one of its values; this goes for
//     anything-but too, so ["rugby","golf"] passes {"anything-but":"rugby"}.
//   - A key without a value holds only by {"exists":false}. Neither anything-but nor null matches what is absent.
//   - Literals match values of their own kind: "100" is not 100. Strings are compared as a whole and with case, numbers by value.
//     prefix, suffix, equals-ignore-case and cidr are met by strings only, numeric by numbers only. anything-but lets values of
//     all other kinds pass.
//   - In the scope MessageAttributes a key is the name of an attribute, dots and all. A String.Array offers each of its elements.
//     Binary attributes are as good as absent.
//   - In the scope MessageBody the message must be a JSON object. A key is a path of names: {"a":{"b":…}} and {"a.b":…} are the
//     same in policies and in messages. Paths go through arrays, also through arrays in arrays, and an array of scalars
//     offers each. Only scalars are values: objects and empty arrays are not, an empty string and null are.
//   - Keys below the same array must be met by the same element of it, unless they are met outside of it. Those in a branch of an $or
//     and those beside the $or are such keys too. {"exists":false} asks for absence from the whole message.
//
// # What the service leaves open
//
// The developer guide and recorded answers settle most of this. The following is inferred, mostly from the public rule compiler of
// EventBridge, whose error texts the service shares:
//
//   - that keys below an array need the same element; that {"exists":true} counts null and does not count objects or empty arrays;
//   - that anything-but lets other kinds pass, refuses empty and mixed lists, and counts as one condition however long its list;
//   - that a block of one address (/32 in IPv4, /128 in IPv6) is refused;
//   - that {} matches everything, and what becomes of members with the same name: the last counts in policies, all in messages;
//   - which of several errors comes first, and the texts for what nobody recorded.
//
// # Differences from the service
//
//   - Numbers have the precision of a float64: 15 digits. The service documents five decimals up to a thousand million. A number
//     too large is infinite, and equal to any other such number.
//   - The detail behind "failed to parse JSON." and columns that are not recorded follow the service's parser, but are only
//     as good as that.
//   - Half of a surrogate pair, in an escape, is read as U+FFFD. A document that is not valid UTF-8 is not JSON.
//   - A string in a policy that looks like an IP address is only a string.
//   - A Number attribute that is no number, which the service does not publish, matches nothing, not even exists.
//
// # Limits
//
// [MaxSize], [MaxKeys] and [MaxComplexity]. The complexity is the sum, over the branches that remain when every $or is written
// out, of the product over their keys of conditions times depth; a key at the top has depth 1, also if its name has dots.
//
// Policies and messages may come from anywhere. Both may be nested a thousand levels deep at most. Parse and ParseBody take time
// and memory in proportion to the text. So does Match, for each condition; where arrays tie keys together it searches, within a
// million steps, and takes a message for which that does not suffice for one that does not match. Only bodies in which the same
// path leads through a dozen arrays or more, by repeated names or by dots, need as much.
package filter
