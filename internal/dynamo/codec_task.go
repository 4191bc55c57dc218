package dynamo

import (
	"cmp"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
)

// EncodeTask is the item of a task. A deleted task keeps its item until its
// ttl, in no index.
func EncodeTask(t cumin.Task) Item {
	it := key(ProjectPK(t.Project), TaskSK(t.ID))
	it[AttrNumber] = attrN(t.Number)
	it[AttrTitle] = attrS(t.Title)
	putS(it, AttrDescription, t.Description)
	it[AttrStatus] = attrS(string(t.Status))
	if t.Priority != cumin.PriorityNone { // absent, so that it is not in IndexPriority
		putS(it, AttrPriority, t.Priority)
	}
	putS(it, AttrAssignee, t.Assignee)
	putS(it, AttrDue, t.Due)
	if len(t.Labels) > 0 {
		it[AttrLabels] = attrList(t.Labels)
	}
	it[AttrRank] = attrS(t.Rank)
	it[AttrVersion] = attrN(t.Version)
	it[AttrCreatedAt] = attrTime(t.CreatedAt)
	it[AttrUpdatedAt] = attrTime(t.UpdatedAt)
	it[AttrCreatedBy] = attrS(string(t.CreatedBy))
	putChange(it, t.Last)
	if t.SameSince != 0 {
		it[AttrSameSince] = attrN(t.SameSince)
	}
	putTalk(it, t.Talk)
	if t.Status == cumin.StatusDeleted {
		it[AttrDeletedAt] = attrTime(t.DeletedAt)
		putS(it, AttrWas, t.Was)
		it[TTL] = attrTTL(t.DeletedAt.Add(cumin.DeletedTaskTTL))
		return it
	}
	it[AttrBoardPK] = attrS(BoardPK(t.Project, t.Status))
	it[AttrRecentPK] = attrS(ProjectPK(t.Project))
	if t.Assignee != "" {
		it[AttrAssigneePK] = attrS(UserPK(t.Assignee))
	}
	return it
}

// DecodeTask reads the item, or the stream image, of a task. It does not
// judge the status: an unknown one is the caller's to refuse or to count as
// nothing.
func DecodeTask(it Item) (cumin.Task, error) {
	r := reader{item: it}
	t := cumin.Task{
		Project:     cumin.ProjectID(r.id(PK, prefixProject)),
		ID:          cumin.TaskID(r.id(SK, PrefixTask)),
		Number:      r.num(AttrNumber),
		Title:       r.str(AttrTitle),
		Description: r.optStr(AttrDescription),
		Status:      cumin.Status(r.str(AttrStatus)),
		Priority:    cmp.Or(cumin.Priority(r.optStr(AttrPriority)), cumin.PriorityNone),
		Assignee:    cumin.UserID(r.optStr(AttrAssignee)),
		Due:         r.optStr(AttrDue),
		Labels:      r.list(AttrLabels),
		Rank:        r.str(AttrRank),
		Version:     r.num(AttrVersion),
		CreatedAt:   r.time(AttrCreatedAt),
		UpdatedAt:   r.time(AttrUpdatedAt),
		CreatedBy:   cumin.UserID(r.str(AttrCreatedBy)),
		Last:        r.change(),
		DeletedAt:   r.optTime(AttrDeletedAt),
		Was:         cumin.Status(r.optStr(AttrWas)),
		SameSince:   r.optNum(AttrSameSince),
		Talk:        r.talk(),
	}
	if r.err != nil {
		return cumin.Task{}, fmt.Errorf("decode task: %w", r.err)
	}
	return t, nil
}

// talkOfTask are the attributes of a Talk.
var talkOfTask = [...]string{AttrComments, AttrTalkVersion, AttrTalkBy, AttrTalkRequest}

func putTalk(it Item, t cumin.Talk) {
	if t.Version == 0 {
		return
	}
	it[AttrComments], it[AttrTalkVersion] = attrN(t.Comments), attrN(t.Version)
	it[AttrTalkBy] = attrS(string(t.Last.By))
	putS(it, AttrTalkRequest, t.Last.RequestID)
}

func (r *reader) talk() cumin.Talk {
	if r.item[AttrTalkVersion] == nil {
		return cumin.Talk{}
	}
	return cumin.Talk{
		Comments: r.num(AttrComments), Version: r.num(AttrTalkVersion),
		Last: cumin.Change{By: cumin.UserID(r.str(AttrTalkBy)), RequestID: r.optStr(AttrTalkRequest)},
	}
}

func putChange(it Item, c cumin.Change) {
	it[AttrBy] = attrS(string(c.By))
	putS(it, AttrRequestID, c.RequestID)
}

func (r *reader) change() cumin.Change {
	return cumin.Change{By: cumin.UserID(r.str(AttrBy)), RequestID: r.optStr(AttrRequestID)}
}
