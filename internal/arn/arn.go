// Package arn reads and writes Amazon Resource Names, which all services here share.
package arn

import "strings"

// ARN is arn:<Partition>:<Service>:<Region>:<Account>:<Resource>.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// Partition returns the partition that a region belongs to.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// New returns the ARN of a resource in the partition of its region.
func New(service, region, account, resource string) ARN {
	return ARN{Partition(region), service, region, account, resource}
}

// Parse reads an ARN. The resource may hold further colons. Partition, service and resource must not be empty.
func Parse(s string) (ARN, bool) {
	if !strings.HasPrefix(s, "arn:") { // most names are none
		return ARN{}, false
	}
	var parts [5]string // all but the last
	rest := s
	for i := range parts {
		var found bool
		if parts[i], rest, found = strings.Cut(rest, ":"); !found {
			return ARN{}, false
		}
	}
	if parts[1] == "" || parts[2] == "" || rest == "" {
		return ARN{}, false
	}
	return ARN{parts[1], parts[2], parts[3], parts[4], rest}, true
}

// String returns the textual form.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}
