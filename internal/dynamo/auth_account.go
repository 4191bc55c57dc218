package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// ChangePassword replaces the hash and adds one to the epoch.
func (s Auth) ChangePassword(ctx context.Context, id cumin.UserID, old, hash string) (int64, error) {
	var out *dynamodb.UpdateItemOutput
	err := unlessConflict(ctx, func() (err error) {
		out, err = s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName:                           &s.db.tables.Auth,
			Key:                                 key(UserPK(id), SKProfile),
			UpdateExpression:                    aws.String("SET #pwHash = :hash ADD #epoch :one"),
			ConditionExpression:                 aws.String("#pwHash = :old"),
			ExpressionAttributeNames:            runNames(attrPassword, attrEpoch),
			ExpressionAttributeValues:           Item{":hash": attrS(hash), ":old": attrS(old), ":one": attrN(1)},
			ReturnValues:                        types.ReturnValueAllNew,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		return err
	})
	met, failed := conditionFailed(err)
	switch {
	case failed && len(met) == 0:
		return 0, cumin.ErrLostRace
	case failed:
		a, err := decodeAccount(met)
		if err == nil && a.Password != hash {
			err = cumin.ErrLostRace
		}
		return a.Epoch, err // else the first answer was lost and the SDK asked again: hashes are salted
	case err != nil:
		return 0, fmt.Errorf("change the password of %s: %w", id, err)
	}
	a, err := decodeAccount(out.Attributes)
	return a.Epoch, err
}

// UpdateAccount writes name and address wherever they stand: the account, the
// lock on the address, and in core what others may know.
func (s Auth) UpdateAccount(ctx context.Context, read, next cumin.Account) error {
	writes := []types.TransactWriteItem{
		{Update: &types.Update{
			TableName:                 &s.db.tables.Auth,
			Key:                       key(UserPK(read.ID), SKProfile),
			UpdateExpression:          aws.String("SET #email = :email, #name = :name"),
			ConditionExpression:       aws.String("#email = :read"),
			ExpressionAttributeNames:  runNames(attrEmail, AttrName),
			ExpressionAttributeValues: Item{":email": attrS(next.Email), ":name": attrS(next.Name), ":read": attrS(read.Email)},
		}},
		{Put: &types.Put{TableName: &s.db.tables.Core, Item: EncodeProfile(cumin.Profile{ID: next.ID, Name: next.Name})}},
	}
	if next.Email != read.Email {
		lock := key(EmailPK(next.Email), SKEmail)
		lock[AttrUser] = attrS(string(next.ID))
		writes = append(writes,
			s.db.putNew(s.db.tables.Auth, lock),
			types.TransactWriteItem{Delete: &types.Delete{TableName: &s.db.tables.Auth, Key: key(EmailPK(read.Email), SKEmail)}},
			types.TransactWriteItem{Put: &types.Put{TableName: &s.db.tables.Core, Item: EncodeAddress(next.Email, next.ID)}},
			types.TransactWriteItem{Delete: &types.Delete{TableName: &s.db.tables.Core, Key: key(EmailPK(read.Email), SKProfile)}},
		)
	}
	err := s.db.transact(ctx, writes)
	failed, refused := failedConditions(err)
	if !refused {
		return wrapUnlessNil(err, "update account %s", read.ID)
	}
	if _, moved := failed[0]; moved {
		return cumin.ErrLostRace
	}
	return errEmailTaken
}
