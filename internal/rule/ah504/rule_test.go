package ah504_test

import (
	"testing"

	"aiohub/internal/rule/ah504"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah504.Rule) }
