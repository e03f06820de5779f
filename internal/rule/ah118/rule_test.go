package ah118_test

import (
	"testing"

	"aiohub/internal/rule/ah118"
	"aiohub/internal/rule/ruletest"
)

func Test(t *testing.T) { ruletest.Run(t, ah118.Rule) }
