package main

import "time"

// Limits of one person and one connection (SECURITY §3.7).
const (
	maxSocketsPerUser = 10
	maxRoomsPerSocket = 20
	maxWaiting        = 20 // sessions of one address that have not been let in yet
	maxPayload        = 16 << 10
	eventsPerSecond   = 10
	eventsBurst       = 20
)

// Limits of the delivery of notifications.
const (
	maxReplay   = 200 // rows sent to a device that returns; beyond, it lists its inbox
	maxUnacked  = 64  // notifications on their way to one device
	maxHeld     = 64  // pushes remembered out of turn; others are read from the inbox again
	readTimeout = 5 * time.Second
)

// timing is how long things take. A test may hurry; production does not.
type timing struct {
	connect    time.Duration // for a client to present its token
	ack        time.Duration // for a client to acknowledge a notification
	tick       time.Duration // between looks at the clock, which a local stack may move
	warn       time.Duration // before a token expires, or a fifth of its life if that is shorter
	leaseEvery time.Duration // between renewals, by the clock
	leaseLife  time.Duration // after a renewal, until others take the instance for dead
	linger     time.Duration // from the last local interest to its removal from the registry
	reput      time.Duration // between puts of an interest that lasts, well below its TTL
	sweepEvery time.Duration // between looks for dead instances
	deadFor    time.Duration // before a dead instance is cleared away
}

var defaultTiming = timing{
	connect:    5 * time.Second,
	ack:        10 * time.Second,
	tick:       200 * time.Millisecond,
	warn:       60 * time.Second,
	leaseEvery: 5 * time.Second,
	leaseLife:  15 * time.Second,
	linger:     30 * time.Second,
	reput:      8 * time.Hour,
	sweepEvery: time.Minute,
	deadFor:    5 * time.Minute,
}
