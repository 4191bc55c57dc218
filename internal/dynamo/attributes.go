package dynamo

// The attributes of the items in core, tasks and jobs, beside the keys and
// index keys of keys.go. An empty optional value is an absent attribute, never
// an empty string. Times are strings of fixed width (RFC 3339, UTC, always
// three digits of milliseconds), so that bytes order like times; only ttl is
// epoch seconds, because DynamoDB wants it so.
//
//	item     table  attributes (* = may be absent)
//	task     tasks  number title description* status priority* assignee* due* labels* rank
//	                version createdAt updatedAt createdBy by rid* sameSince* deletedAt* was* ttl*
//	                comments* talkVersion* talkBy* talkRid* (no comment yet: absent)
//	                bpk rpk (absent once deleted) apk (absent without an assignee or once deleted)
//	project  core   name description* key* archived owners members version createdAt updatedAt by rid* deletedAt*
//	member   core   role version joinedAt inviter* by rid* gpk gsk
//	comment  core   number title author body* mentions* version createdAt updatedAt by rid* deletedAt* ttl*
//	invite   core   email* role hash createdAt expiresAt by rid* ttl gpk gsk
//	profile  core   name
//	address  core   uid
//	counts   core   todo in_progress done asOf*
//	number   core   n
//	job      jobs   project uid format filter* state rowsDone rowsTotal bytes key* error* attempts
//	                lease* leaseUntil* checkpoint* slot version createdAt updatedAt finishedAt* by rid* ttl upk usk
//	slot     jobs   job ttl
//	ranks    jobs   n wanted* rid* ttl
//
// Ids that the keys hold (the task's project and own id, for one) are read
// from the keys and not stored twice.
const (
	AttrVersion   = "version"
	AttrCreatedAt = "createdAt"
	AttrUpdatedAt = "updatedAt" // also the sort key of IndexRecent and IndexAssignee
	AttrDeletedAt = "deletedAt"
	AttrBy        = "by"  // Change.By: who wrote this version
	AttrRequestID = "rid" // Change.RequestID: under which request

	AttrNumber      = "number"
	AttrTitle       = "title"
	AttrDescription = "description"
	AttrStatus      = "status"
	AttrPriority    = "priority" // also the sort key of IndexPriority
	AttrAssignee    = "assignee"
	AttrDue         = "due" // also the sort key of IndexDue
	AttrLabels      = "labels"
	AttrRank        = "rank" // also the sort key of IndexBoard
	AttrCreatedBy   = "createdBy"
	AttrWas         = "was" // status before it was deleted
	AttrSameSince   = "sameSince"
	AttrComments    = "comments"
	AttrTalkVersion = "talkVersion"
	AttrTalkBy      = "talkBy"  // Talk.Last, as AttrBy …
	AttrTalkRequest = "talkRid" // … and AttrRequestID

	AttrName     = "name"
	AttrArchived = "archived"
	AttrOwners   = "owners"
	AttrMembers  = "members"
	AttrRole     = "role"
	AttrJoinedAt = "joinedAt"
	AttrInviter  = "inviter"
	AttrUser     = "uid"
	AttrAsOf     = "asOf"
	AttrCounter  = "n"

	AttrProject    = "project"
	AttrFormat     = "format"
	AttrFilter     = "filter"
	AttrState      = "state"
	AttrRowsDone   = "rowsDone"
	AttrRowsTotal  = "rowsTotal"
	AttrBytes      = "bytes"
	AttrKey        = "key"
	AttrError      = "error"
	AttrAttempts   = "attempts"
	AttrLease      = "lease"
	AttrLeaseUntil = "leaseUntil"
	AttrSlot       = "slot"
	AttrFinishedAt = "finishedAt"
	AttrJob        = "job"
	AttrCheckpoint = "checkpoint"
	AttrWanted     = "wanted" // the n at which rebalancing was asked for
)

// The index keys; see the Index constants for what they hold.
const (
	AttrMembersPK  = "gpk"
	AttrMembersSK  = "gsk"
	AttrBoardPK    = "bpk"
	AttrRecentPK   = "rpk" // of IndexDue and IndexPriority too
	AttrAssigneePK = "apk"
	AttrJobsUserPK = "upk"
	AttrJobsUserSK = "usk"
)
