package ah107_test

import (
	"testing"

	"aiohub/internal/rule/ah107"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah107.Rule) }
