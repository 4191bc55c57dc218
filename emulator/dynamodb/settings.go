package dynamodb

import (
	"context"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// TimeToLiveSpecification names the attribute that holds an item's end, in
// epoch seconds.
type TimeToLiveSpecification struct {
	AttributeName string
	Enabled       bool
}

// UpdateTimeToLiveInput is the request of UpdateTimeToLive.
type UpdateTimeToLiveInput struct {
	TableName               string
	TimeToLiveSpecification *TimeToLiveSpecification
}

// UpdateTimeToLiveOutput is the answer of UpdateTimeToLive.
type UpdateTimeToLiveOutput struct{ TimeToLiveSpecification TimeToLiveSpecification }

// UpdateTimeToLive turns time to live on or off, at once. Errors:
// ResourceNotFoundException; ValidationException when it is so already.
func (s *Service) UpdateTimeToLive(ctx context.Context, in *UpdateTimeToLiveInput) (*UpdateTimeToLiveOutput, error) {
	t, err := s.named(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	spec := in.TimeToLiveSpecification
	if spec == nil {
		return nil, missing("timeToLiveSpecification")
	}
	if spec.AttributeName == "" || len(spec.AttributeName) > 255 {
		var c constraints
		c.add(spec.AttributeName, "timeToLiveSpecification.attributeName", "Member must have length between 1 and 255")
		return nil, c.err()
	}
	if err := t.lock(); err != nil {
		return nil, errNoNamedTable(in.TableName)
	}
	switch {
	case spec.Enabled && t.def.TTLAttribute == spec.AttributeName:
		err = errValidation("TimeToLive is already enabled")
	case spec.Enabled && t.def.TTLAttribute != "":
		err = errValidation("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.def.TTLAttribute)
	case !spec.Enabled && t.def.TTLAttribute == "":
		err = errValidation("TimeToLive is already disabled")
	}
	if err != nil {
		t.mu.Unlock()
		return nil, err
	}
	t.def.TTLAttribute = ""
	if spec.Enabled {
		t.def.TTLAttribute = spec.AttributeName
	}
	s.rewatch(t)
	wait := s.keepDefinition(&store.Batch{}, t)
	t.mu.Unlock()
	return &UpdateTimeToLiveOutput{*spec}, wait()
}

// DescribeTimeToLiveInput is the request of DescribeTimeToLive.
type DescribeTimeToLiveInput struct{ TableName string }

// DescribeTimeToLiveOutput is the answer of DescribeTimeToLive.
type DescribeTimeToLiveOutput struct{ TimeToLiveDescription TimeToLiveDescription }

// TimeToLiveDescription says whether time to live is on and for which attribute.
type TimeToLiveDescription struct {
	TimeToLiveStatus string
	AttributeName    string `json:",omitempty"`
}

// DescribeTimeToLive tells the setting. Errors: ResourceNotFoundException.
func (s *Service) DescribeTimeToLive(ctx context.Context, in *DescribeTimeToLiveInput) (*DescribeTimeToLiveOutput, error) {
	t, err := s.named(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	d := TimeToLiveDescription{TimeToLiveStatus: "DISABLED"}
	if t.def.TTLAttribute != "" {
		d = TimeToLiveDescription{"ENABLED", t.def.TTLAttribute}
	}
	return &DescribeTimeToLiveOutput{d}, nil
}

// pitr is the point-in-time recovery setting. It is stored and described; there
// is nothing to restore from, and RestoreTableToPointInTime is refused.
type pitr struct {
	Enabled bool
	Since   time.Time
	Days    int // recovery period
}

// PointInTimeRecoverySpecification is the setting as requested.
type PointInTimeRecoverySpecification struct {
	PointInTimeRecoveryEnabled bool
	RecoveryPeriodInDays       *int
}

// UpdateContinuousBackupsInput is the request of UpdateContinuousBackups.
type UpdateContinuousBackupsInput struct {
	TableName                        string
	PointInTimeRecoverySpecification *PointInTimeRecoverySpecification
}

// DescribeContinuousBackupsInput is the request of DescribeContinuousBackups.
type DescribeContinuousBackupsInput struct{ TableName string }

// ContinuousBackupsOutput is the answer of both operations.
type ContinuousBackupsOutput struct {
	ContinuousBackupsDescription ContinuousBackupsDescription
}

// ContinuousBackupsDescription tells the setting.
type ContinuousBackupsDescription struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription PointInTimeRecoveryDescription
}

// PointInTimeRecoveryDescription tells the setting; times are seconds.
type PointInTimeRecoveryDescription struct {
	PointInTimeRecoveryStatus  string
	RecoveryPeriodInDays       int     `json:",omitempty"`
	EarliestRestorableDateTime float64 `json:",omitempty"`
	LatestRestorableDateTime   float64 `json:",omitempty"`
}

// UpdateContinuousBackups stores the point-in-time recovery setting. Errors:
// TableNotFoundException, ValidationException.
func (s *Service) UpdateContinuousBackups(ctx context.Context, in *UpdateContinuousBackupsInput) (*ContinuousBackupsOutput, error) {
	t, err := s.named(ctx, in.TableName)
	if err != nil {
		return nil, backupError(err, in.TableName)
	}
	spec := in.PointInTimeRecoverySpecification
	if spec == nil {
		return nil, missing("pointInTimeRecoverySpecification")
	}
	days := 35
	if spec.RecoveryPeriodInDays != nil {
		days = *spec.RecoveryPeriodInDays
	}
	if days < 1 || days > 35 {
		var c constraints
		c.add(days, "pointInTimeRecoverySpecification.recoveryPeriodInDays", "Member must have value between 1 and 35")
		return nil, c.err()
	}
	if err := t.lock(); err != nil {
		return nil, backupError(errNoTable(), in.TableName)
	}
	p := pitr{Enabled: spec.PointInTimeRecoveryEnabled, Since: t.def.PITR.Since, Days: days}
	if p.Enabled && !t.def.PITR.Enabled {
		p.Since = s.clock.Now()
	}
	t.def.PITR = p
	wait := s.keepDefinition(&store.Batch{}, t)
	out := s.describeBackups(t)
	t.mu.Unlock()
	return out, wait()
}

// DescribeContinuousBackups tells the setting. Errors: TableNotFoundException.
func (s *Service) DescribeContinuousBackups(ctx context.Context, in *DescribeContinuousBackupsInput) (*ContinuousBackupsOutput, error) {
	t, err := s.named(ctx, in.TableName)
	if err != nil {
		return nil, backupError(err, in.TableName)
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return s.describeBackups(t), nil
}

func (s *Service) describeBackups(t *table) *ContinuousBackupsOutput {
	d := PointInTimeRecoveryDescription{PointInTimeRecoveryStatus: "DISABLED"}
	if p := t.def.PITR; p.Enabled {
		now := s.clock.Now()
		earliest := p.Since
		if limit := now.AddDate(0, 0, -p.Days); earliest.Before(limit) {
			earliest = limit
		}
		d = PointInTimeRecoveryDescription{"ENABLED", p.Days, seconds(earliest), seconds(now)}
	}
	return &ContinuousBackupsOutput{ContinuousBackupsDescription{"ENABLED", d}}
}

// backupError: these two operations name a missing table otherwise.
func backupError(err error, name string) error {
	if wire.AsError(err).Code != "ResourceNotFoundException" {
		return err
	}
	return wire.Errorf(400, "TableNotFoundException", "Table not found: %s", name)
}
