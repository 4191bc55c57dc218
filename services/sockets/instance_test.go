package main

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

// process starts an instance as a process of its own, for a test to kill.
func (w *world) process() (url string, kill func()) {
	w.t.Helper()
	creds, err := w.aws.Config.Credentials.Retrieve(w.t.Context())
	require.NoError(w.t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asInstance+"=1",
		"AWS_ENDPOINT_URL="+*w.aws.Config.BaseEndpoint, "AWS_REGION="+w.aws.Config.Region,
		"AWS_ACCESS_KEY_ID="+creds.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+creds.SecretAccessKey,
		"CUMIN_LISTEN=127.0.0.1:0", "CUMIN_ORIGINS="+origin, "CUMIN_JWKS_URL="+w.jwks, "CUMIN_STACK="+stack,
		"CUMIN_TABLE_AUTH="+w.aws.Tables.Auth, "CUMIN_TABLE_CORE="+w.aws.Tables.Core,
		"CUMIN_TABLE_INBOX="+w.aws.Tables.Inbox, "CUMIN_TABLE_EPHEMERAL="+w.aws.Tables.Ephemeral,
	)
	logs := &lockedBuffer{}
	cmd.Stderr = logs
	require.NoError(w.t, cmd.Start())
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // SIGKILL: it gets to do nothing more
		_ = cmd.Wait()         // its status says that it was killed
	})
	w.t.Cleanup(kill)
	w.t.Cleanup(func() {
		if w.t.Failed() {
			w.t.Logf("the process's log:\n%s", logs.tail())
		}
	})
	var base string
	w.await("the process ready", func() bool {
		base = listening(logs.tail())
		return base != "" && ready(base)
	})
	return base + "/sockets/socket.io/", kill
}

// listening finds the address in a log.
func listening(logs string) string {
	for line := range strings.Lines(logs) {
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "listening" {
			return "http://" + entry.Address
		}
	}
	return ""
}

func TestNothingIsLostWhenAnInstanceIsKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	doomed, kill := w.process()
	survivor := w.start()
	const people, each = 5, 60
	var devices []*device
	var g sync.WaitGroup
	half := make(chan struct{}, people)
	for i := range people {
		p := w.person()
		transport := []sioclient.Transport{sioclient.WebSocket, sioclient.Polling}[i%2]
		devices = append(devices, w.connect(p, transport, doomed, survivor.url))
		g.Go(func() {
			for n := range each {
				if n == each/2 {
					half <- struct{}{}
				}
				w.notify(p.user, 1)
			}
		})
	}
	for range people {
		<-half
	}
	kill()
	g.Wait()
	for _, d := range devices {
		d.sees(1, each)
		require.GreaterOrEqual(t, d.connects, 2)
	}
}

func TestAnInstanceThatLostItsLeaseClosesAllAndBeginsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(func(_ *Config, timing *timing) { timing.leaseEvery = 20 * time.Millisecond })
	p := w.person()
	d := w.connect(p, sioclient.WebSocket, a.url)
	first := a.instances.current()

	w.clock.advance(defaultTiming.leaseLife + time.Second) // as if the process had been paused
	w.await("another life", func() bool {
		now := a.instances.current()
		return now != nil && now.id != first.id
	})
	d.waits("back", func() bool { return d.connects >= 2 })
	w.await("registered", func() bool {
		urls, err := w.aws.DB.Registry().Queues(t.Context(), dynamo.UserInterest(p.user), w.clock.Now())
		return err == nil && len(urls) == 1 && urls[0] != first.queue
	})
	w.notify(p.user, 1)
	d.sees(1, 1)
}

func TestTheDeadAreClearedAwayAfterFiveMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(func(_ *Config, timing *timing) { timing.leaseLife = 24 * time.Hour })
	registry, queues := w.aws.DB.Registry(), a.instances.queues
	dead, stray := cumin.InstanceID(w.id()), cumin.InstanceID(w.id())
	url, err := queues.create(t.Context(), dead)
	require.NoError(t, err)
	_, err = queues.create(t.Context(), stray) // its instance died before it had a lease
	require.NoError(t, err)
	require.NoError(t, registry.PutLease(t.Context(), dynamo.Lease{Instance: dead, Queue: url, Until: w.clock.Now()}))

	left := func() (ids []cumin.InstanceID) {
		require.NoError(t, a.instances.sweep(t.Context()))
		found, err := queues.list(t.Context())
		require.NoError(t, err)
		for id := range found {
			ids = append(ids, id)
		}
		return ids
	}
	living := a.instances.current().id
	w.clock.advance(defaultTiming.deadFor - time.Second)
	require.ElementsMatch(t, []cumin.InstanceID{living, dead, stray}, left())
	w.clock.advance(2 * time.Second)
	require.ElementsMatch(t, []cumin.InstanceID{living}, left())
	leases, err := registry.Leases(t.Context())
	require.NoError(t, err)
	require.Len(t, leases, 1)
	require.ElementsMatch(t, []cumin.InstanceID{living}, left(), "again is harmless")
}

func TestAStopClosesConnectionsAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(func(cfg *Config, _ *timing) { cfg.DrainSpan = 100 * time.Millisecond })
	b := w.start()
	p := w.person()
	project := w.project(p)
	var devices []*device
	for _, transport := range []sioclient.Transport{sioclient.WebSocket, sioclient.Polling, sioclient.Upgrade} {
		d := w.connect(p, transport, a.url, b.url)
		require.True(t, d.call("project:join", room{project}).OK)
		devices = append(devices, d)
	}
	queue := a.instances.current().queue
	a.stop()

	_, err := w.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &queue})
	require.ErrorAs(t, err, new(*types.QueueDoesNotExist))
	leases, err := w.aws.DB.Registry().Leases(t.Context())
	require.NoError(t, err)
	require.Len(t, leases, 1)
	for _, d := range devices {
		d.waits("on the other instance", func() bool { return d.connects >= 2 && len(d.syncs) >= 2 })
	}
	w.notify(p.user, 1)
	for _, d := range devices {
		d.sees(1, 1)
	}
	urls, err := w.aws.DB.Registry().Queues(t.Context(), dynamo.ProjectInterest(project), w.clock.Now())
	require.NoError(t, err)
	require.Empty(t, urls)
}

func TestTheQueueIsAsTheContractSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.start().instances.current()
	require.Equal(t, stack+"-sock-"+string(in.id), in.queue[strings.LastIndex(in.queue, "/")+1:])
	out, err := w.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(in.queue), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	require.NoError(t, err)
	for name, want := range queueAttributes {
		require.Equal(t, want, out.Attributes[name], name)
	}
}

func TestHealthAndReadiness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	res, err := http.Get(a.base + "/healthz")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	a.instances.set(nil)
	require.False(t, ready(a.base), "without a lease nobody can be let in")
}
