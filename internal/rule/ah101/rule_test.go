package ah101_test

import (
	"testing"

	"aiohub/internal/rule/ah101"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah101.Rule) }
