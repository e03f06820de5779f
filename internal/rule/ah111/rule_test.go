package ah111_test

import (
	"testing"

	"aiohub/internal/rule/ah111"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah111.Rule) }
