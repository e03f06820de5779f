package ah109_test

import (
	"testing"

	"aiohub/internal/rule/ah109"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah109.Rule) }
