package ah202_test

import (
	"testing"

	"aiohub/internal/rule/ah202"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah202.Rule) }
